/** Merges a value of a map with what a patch has for its key. */
type MergeValue = (key: string, target: unknown, patch: unknown) => unknown;

/**
 * A JSON merge patch (RFC 7396): maps are merged, null removes, anything else replaces.
 * @param mergeValue merges what has a key; by default maps by this function, and lists are replaced as a whole
 */
export function mergeMaps(
  target: unknown,
  patch: unknown,
  mergeValue: MergeValue = (_, value, replacement) => mergeMaps(value, replacement),
): unknown {
  if (!isMap(patch)) return patch;
  const merged: Record<string, unknown> = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergeValue(key, merged[key], value);
  }
  return merged;
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
