/** Lists that are merged by the name of their items instead of being replaced. */
const byName = new Set(['containers', 'initContainers']);

/**
 * Merges a patch over an object: maps are merged, null removes, containers are merged by name, other lists are replaced
 * as a whole.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const merged: Record<string, unknown> = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = byName.has(key) ? mergeNamed(merged[key], value) : mergePatch(merged[key], value);
  }
  return merged;
}

function mergeNamed(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(target) || !Array.isArray(patch)) return mergePatch(undefined, patch);
  const nameOf = (item: unknown) => (isMap(item) ? item.name : undefined);
  const merged = target.map((item) => {
    const own = patch.find((other) => nameOf(other) !== undefined && nameOf(other) === nameOf(item));
    return own === undefined ? item : mergePatch(item, own);
  });
  const added = patch.filter((item) => !target.some((other) => nameOf(other) === nameOf(item)));
  return [...merged, ...added.map((item) => mergePatch(undefined, item))];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
