import { expect, it } from 'vitest';
import '../engine/support/reserve-sections.ts';
import type { Draft, DraftMap } from '../../src/import/draft.ts';
import { settle } from '../../src/import/settle.ts';

function settled(data: DraftMap): Draft {
  const draft: Draft = { data, notes: [], leftOut: [] };
  settle(draft, '/base');
  return draft;
}

it('takes out what is refused, with the reason, and nothing else', () => {
  const { data, notes } = settled({
    name: 'Bad Name',
    processes: {
      a: { command: 'x', env: { OK: '1', 'A=B': '2' }, after: { b: 'ready', nobody: 'started' }, replicas: 0 },
      b: { command: 'y', stop: { signal: 'BOOM' } },
    },
  });
  expect(data).toEqual({
    name: 'imported',
    processes: { a: { command: 'x', env: { OK: '1' }, after: { b: 'ready' } }, b: { command: 'y' } },
  });
  const paths = notes.map(({ path }) => path.join('.'));
  expect(paths.sort()).toEqual([
    'name',
    'processes.a.after.nobody',
    'processes.a.env.A=B',
    'processes.a.replicas',
    'processes.b.stop',
  ]);
  expect(notes.every(({ isLost, text }) => isLost && text.startsWith('Not carried over: '))).toBe(true);
});

it('takes out a process without a command, and what waits for it', () => {
  const { data } = settled({
    name: 'x',
    processes: { a: { command: '' }, b: { command: 'y', after: { a: 'ready' } } },
  });
  expect(data).toEqual({ name: 'x', processes: { b: { command: 'y', after: {} } } });
});

it('refuses a draft of which nothing is left', () => {
  expect(() => settled({ name: 'x', processes: { a: { command: '' } } })).toThrow('Nothing is left to launch.');
});
