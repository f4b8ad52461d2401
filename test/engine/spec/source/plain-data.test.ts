import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toPlainData } from '../../../../src/engine/spec/source/plain-data.ts';

const problems = (input: unknown) =>
  toPlainData(input).problems.map(({ path, message }) => `${path.join('.')}: ${message}`);

it('copies everything that JSON can hold', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const input = JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto').replaceAll('\\u0000', ''));
      const { data, problems } = toPlainData(input);
      expect(problems).toEqual([]);
      expect(data).toEqual(input);
    }),
  );
});

it('leaves undefined fields out, and accepts maps without a prototype', () => {
  expect(toPlainData({ a: undefined, b: 1 })).toEqual({ data: { b: 1 }, problems: [] });
  expect(toPlainData(Object.assign(Object.create(null), { a: 1 }))).toEqual({ data: { a: 1 }, problems: [] });
});

it('reports what no file can contain with its place, and keeps the rest', () => {
  const input = {
    f: () => 1,
    n: Number.NaN,
    list: [1, Symbol('x'), 2],
    date: new Date(0),
    nul: 'a\0b',
    'k\0': 1,
    big: 1n,
  };
  expect(problems(input)).toEqual([
    'f: is a function; a spec is plain data',
    'n: is NaN, not a number',
    'list.1: is a symbol; a spec is plain data',
    'date: is a Date; a spec is plain data',
    'nul: holds a NUL byte; nothing can be started with one',
    'k\0: holds a NUL byte in its name',
    'big: is a bigint; a spec is plain data',
  ]);
  // A null keeps the place of the second element.
  expect(toPlainData(input).data).toEqual({ list: [1, null, 2] });
});

it('gives no data a prototype of its choice', () => {
  const input = JSON.parse('{"__proto__": {"admin": true}, "a": 1}');
  expect(problems(input)).toEqual(['__proto__: is not a name']);
  expect(toPlainData(input).data).toEqual({ a: 1 });
});

it('ends at cycles, at deep nesting and at too many values', () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = { again: cycle };
  expect(problems(cycle)).toEqual(['self.again: holds itself; a spec is plain data without cycles']);
  const shared = { a: 1 };
  expect(problems({ one: shared, two: shared })).toEqual([]);
  let deep: unknown = 1;
  for (let level = 0; level < 60; level += 1) deep = [deep];
  expect(problems(deep)).toEqual([expect.stringMatching(/is nested more than 40 levels deep$/)]);
  expect(problems(Array.from({ length: 1_000_001 }, () => 1))).toEqual([': holds over a million values']);
});
