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

it('a process of a group neither starts nor ends apart from the others', () => {
  const image = 'i';
  const processes = {
    a: { command: 'x' },
    b: { command: 'x', after: { first: 'ready' }, maxDuration: 5, alive: { silence: 9 } },
  };
  const draft = { image, processes: { first: { command: 'x' } }, groups: { g: { processes } } };
  expect(refusals(draft).map((refusal) => refusal.split(': ').slice(0, 2))).toEqual([
    ['groups.g.processes.b.maxDuration', 'is not possible'],
    ['groups.g.processes.b.alive.silence', 'is not possible'],
    ['groups.g.processes.b.after', 'differs from that of groups.g.processes.a'],
  ]);
  const together = { after: { first: 'ready' }, processes: { a: { command: 'x' }, b: { command: 'x' } } };
  expect(refusals({ ...draft, groups: { g: together } })).toEqual([]);
});
