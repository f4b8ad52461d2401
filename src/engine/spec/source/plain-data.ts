import type { Problem, SpecPath } from '../problem.ts';

export type PlainData = string | number | boolean | null | PlainData[] | { [key: string]: PlainData };

const maxDepth = 40;
const maxValues = 1_000_000;

/**
 * A copy of the input as plain data, without undefined fields. Values that no file can contain (functions, cycles, NaN)
 * are problems and are left out. So are texts with NUL bytes, which no process can be started with.
 */
export function toPlainData(input: unknown): { data: PlainData; problems: Problem[] } {
  const problems: Problem[] = [];
  let count = 0;
  const refuse = (path: SpecPath, message: string) => {
    problems.push({ path, message });
    return undefined;
  };

  function copy(value: unknown, path: SpecPath, above: readonly object[]): PlainData | undefined {
    if (++count > maxValues) return count === maxValues + 1 ? refuse([], 'holds over a million values') : undefined;
    if (typeof value === 'string') {
      return value.includes('\0') ? refuse(path, 'holds a NUL byte; nothing can be started with one') : value;
    }
    if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(path, `is ${value}, not a number`);
    if (typeof value === 'boolean' || value === null) return value;
    if (typeof value !== 'object') return refuse(path, `is a ${typeof value}; a spec is plain data`);
    if (above.includes(value)) return refuse(path, 'holds itself; a spec is plain data without cycles');
    if (above.length >= maxDepth) return refuse(path, `is nested more than ${maxDepth} levels deep`);
    if (Array.isArray(value)) return copyList(value, path, [...above, value]);
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null || Object.getPrototypeOf(prototype) === null) return copyMap(value, path, [...above, value]);
    return refuse(path, `is a ${value.constructor?.name || 'class instance'}; a spec is plain data`);
  }

  function copyList(list: readonly unknown[], path: SpecPath, above: readonly object[]): PlainData[] {
    const copies: PlainData[] = [];
    for (let index = 0; index < list.length && count <= maxValues; index++) {
      const item = list[index];
      // Null keeps the indices of the other items; the item itself has been reported.
      copies.push(copy(item, [...path, index], above) ?? null);
    }
    return copies;
  }

  function copyMap(map: object, path: SpecPath, above: readonly object[]): PlainData {
    const copies: { [key: string]: PlainData } = {};
    for (const [key, value] of Object.entries(map)) {
      if (value === undefined) continue;
      if (key === '__proto__' || key.includes('\0')) {
        refuse([...path, key], key === '__proto__' ? 'is not a name' : 'holds a NUL byte in its name');
        continue;
      }
      const copied = copy(value, [...path, key], above);
      if (copied !== undefined) copies[key] = copied;
    }
    return copies;
  }

  const data = copy(input, [], []) ?? null;
  return { data, problems };
}
