type Patch = Readonly<Record<string, unknown>>;

/** A container of a pod, with its process's declared name, which has no replica number. */
export interface NamedContainer {
  readonly name: string;
  readonly declaredName: string;
}

/** The declared name of a process, without a replica number. @param path its path in the spec */
export function declaredName({ path }: { readonly path: string }): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** The containers that a patch names. */
export function patchedContainers(patch: Patch): readonly Patch[] {
  const { spec } = patch as { readonly spec?: { readonly containers?: unknown } | null };
  return Array.isArray(spec?.containers) ? spec.containers : [];
}

/**
 * The part of a patch that applies to one pod. A patched container is identified by its process: an entry for a process
 * with replicas applies to each of them, and an entry for one replica overrides it. Entries for processes of other pods
 * are dropped, and entries for unknown names add containers.
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

/** Combines patches; later ones override earlier ones. */
function combine(patches: readonly Patch[]): Patch {
  return patches.reduce(overlay, {});
}

/** Like `mergePatch`, but keeps null, which stands for a removal. */
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
