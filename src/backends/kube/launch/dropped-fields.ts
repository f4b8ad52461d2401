/**
 * Finds fields of an object that the server dropped because it does not know them, by path. Releases before 1.25 do not
 * report them. The server may leave out empty values, which count as kept.
 */
export function droppedFields(sent: unknown, kept: unknown, path: string): string[] {
  if (Array.isArray(sent)) {
    const others = Array.isArray(kept) ? kept : [];
    return sent.flatMap((item, index) => droppedOf(item, others, `${path}[${index}]`));
  }
  if (!isMap(sent)) return [];
  return Object.entries(sent).flatMap(([key, value]) => {
    const at = `${path}.${key}`;
    if (isEmpty(value)) return [];
    return isMap(kept) && key in kept ? droppedFields(value, kept[key], at) : [at];
  });
}

/** The server may insert items into a list: named items are matched by name, others by the best fit. */
function droppedOf(item: unknown, kept: readonly unknown[], path: string): string[] {
  if (!isMap(item)) return [];
  const named = typeof item.name === 'string' ? kept.filter((other) => isMap(other) && other.name === item.name) : kept;
  const tries = named.map((other) => droppedFields(item, other, path));
  return tries.sort((a, b) => a.length - b.length)[0] ?? [];
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && Object.values(value as object).every(isEmpty);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
