import { expect, it } from 'vitest';
import { parse, problems, problemsOf } from '../support/problems.ts';

it('names may not clash with numbered replicas', async () => {
  const p = { command: 'x' };
  expect(await problems({ name: 'x', processes: { a: { ...p, replicas: 2 }, 'a-0': p } })).toEqual([
    'processes.a-0: "a-0" is also the name of processes.a; use another name',
  ]);
  expect(await problems({ name: 'x', processes: { g: p }, groups: { g: { processes: { p } } } })).toEqual([
    'groups.g: "g" is also the name of processes.g; use another name',
  ]);
  expect(
    await problems({ name: 'x', groups: { g: { replicas: 3, processes: { p } }, 'g-2': { processes: { p } } } }),
  ).toEqual(['groups.g-2: "g-2" is also the name of groups.g; use another name']);
  // The same name in two groups, or inside and outside a group, means two processes.
  const groups = { g: { processes: { p } }, h: { processes: { p } } };
  expect(() => parse({ name: 'x', processes: { p }, groups })).not.toThrow();
});

it('names may not be too long with their numbers', async () => {
  const long = 'a'.repeat(62);
  const processSpec = { command: 'x' };
  expect(() => parse({ name: long, processes: { [long]: processSpec } })).not.toThrow();
  expect((await problems({ name: `${long}bc`, processes: { p: processSpec } }))[0]).toMatch(
    /^name: is ".*", 64 characters; /,
  );
  expect((await problems({ name: 'x', processes: { [long]: { ...processSpec, replicas: 2 } } }))[0]).toContain(
    '64 characters',
  );
  expect((await problemsOf({ replicas: 2, bind: long }))[0]).toContain('64 characters');
  expect(
    (await problems({ name: 'x', groups: { [long]: { replicas: 1, processes: { p: processSpec } } } }))[0],
  ).toContain('64 characters');
});

it('names may be those of built-in object properties', () => {
  const spec = parse({
    name: 'constructor',
    processes: { constructor: { command: 'x', bind: 'valueof' }, tostring: { command: 'x', connect: 'valueof' } },
  });
  expect(Object.keys(spec.processes)).toEqual(['constructor', 'tostring']);
});
