import { isMap, mergeMaps } from '../../../kit/patch/merge-maps.ts';

/** Lists that are merged by the name of their items instead of being replaced. */
const byName = new Set(['containers', 'initContainers']);

/**
 * Merges a patch over an object: maps are merged, null removes, containers are merged by name, other lists are replaced
 * as a whole.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  return mergeMaps(target, patch, (key, value, replacement) =>
    byName.has(key) ? mergeNamed(value, replacement) : mergePatch(value, replacement),
  );
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
