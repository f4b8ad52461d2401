type Patch = Readonly<Record<string, unknown>>;

/** A container of a pod, with the name of its process as it stands in the spec, without a replica's number. */
export interface NamedContainer {
  readonly name: string;
  readonly declaredName: string;
}

/** The name under which a process stands in the spec. @param path its place there */
export function declaredName({ path }: { readonly path: string }): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** The containers that a patch names. */
export function patchedContainers(patch: Patch): readonly Patch[] {
  const { spec } = patch as { readonly spec?: { readonly containers?: unknown } | null };
  return Array.isArray(spec?.containers) ? spec.containers : [];
}

/**
 * The part of a patch that concerns one pod. A container is named by its process: what names a process with replicas holds
 * for each of them, and what names one replica holds for it, over that. What names a process of another pod is left out,
 * and what names none is a container that is added.
 * @param elsewhere the names of all processes of the experiment, with and without replica numbers
 */
export function patchFor(patch: Patch, own: readonly NamedContainer[], elsewhere: ReadonlySet<string>): Patch {
  const items = patchedContainers(patch);
  if (items.length === 0) return patch;
  const ofProcesses = own.flatMap(({ name, declaredName }) => {
    const declared = items.filter((item) => item.name === declaredName && name !== declaredName);
    const matching = [...declared, ...items.filter((item) => item.name === name)];
    return matching.length === 0 ? [] : [{ ...combine(matching), name }];
  });
  const known = new Set([...elsewhere, ...own.flatMap(({ name, declaredName }) => [name, declaredName])]);
  const added = items.filter(({ name }) => typeof name === 'string' && !known.has(name));
  return { ...patch, spec: { ...(patch.spec as Patch), containers: [...ofProcesses, ...added] } };
}

/** One patch for several, the later winning. */
function combine(patches: readonly Patch[]): Patch {
  return patches.reduce(overlay, {});
}

/** As `mergePatch`, but that null stays, for the removal that it stands for. */
function overlay(target: Patch, patch: Patch): Patch {
  const merged: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    merged[key] = isMap(before) && isMap(value) ? overlay(before, value) : value;
  }
  return merged;
}

function isMap(value: unknown): value is Patch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
