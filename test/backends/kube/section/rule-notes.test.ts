import { expect, it } from 'vitest';
import '../../../../src/backends/index.ts';
import { notes, refusals } from './support/notes.ts';

it('restarts are counted for a process with a pod of its own', () => {
  const limited = { command: 'x', restart: 'on-failure', maxRestarts: 3 };
  expect(notes({ processes: { p: limited }, groups: { g: { processes: { alone: limited } } } })).toEqual([]);
  const [refusal, ...others] = refusals({
    groups: { g: { processes: { a: limited, b: { command: 'x', restart: 'on-failure' } } } },
  });
  expect(refusal).toMatch(
    /^groups\.g\.processes\.a\.maxRestarts: is not possible: the processes of a group are one pod/,
  );
  expect(others).toEqual([]);
});
