import { describe, expect, it } from 'vitest';
import { describeFailure, nameProcesses, type ReadableLogs } from '../../../src/engine/client/wait-failure.ts';
import type { LogLine } from '../../../src/engine/contract/logs.ts';
import type { ProcessStatus } from '../../../src/engine/contract/status.ts';

function status(name: string, fields: Partial<ProcessStatus> = {}): ProcessStatus {
  const base = { experiment: 'rl', group: null, ready: false, restarts: 0, ports: {}, command: 'x' };
  return { ...base, name, state: 'failed', ...fields };
}

describe('the processes that keep an experiment from its goal', () => {
  it('are named with state and reason, blocked ones first, then those with a reason', () => {
    const processes = [
      status('a', { state: 'starting' }),
      status('b', { reason: 'exit code 1' }),
      status('c', { state: 'pending', blocked: true, reason: 'no node has a GPU free' }),
      status('d', { state: 'backoff', restarts: 3, reason: 'exit code 2', group: 'g' }),
    ];
    expect(nameProcesses(processes)).toBe(
      'c pending: no node has a GPU free; b failed: exit code 1; g/d ends again and again (3 restarts): exit code 2; a starting',
    );
  });

  it('are counted beyond the first five', () => {
    const processes = Array.from({ length: 8 }, (_, index) => status(`p${index}`));
    expect(nameProcesses(processes)).toBe('p0 failed; p1 failed; p2 failed; p3 failed; p4 failed; and 3 more');
  });
});

describe('the description of a failure', () => {
  const logs = (lines: Record<string, readonly Partial<LogLine>[]>): ReadableLogs => ({
    async *logs(_, [reference], { tail }) {
      const name = reference?.name ?? '';
      if (lines[name] === undefined) throw new Error('its log cannot be read');
      for (const line of lines[name].slice(-(tail ?? 0)))
        yield { group: null, name, run: 1, kind: 'line', text: '', ...line };
    },
  });

  it('quotes the last lines of two processes that ran, without what a terminal interprets', async () => {
    const lines = ['1', '2', '3', '4', '5', '\x1b[31msix\x1b[2J'].map((text) => ({ text }));
    const cluster = logs({
      a: lines,
      b: [{ text: 'marker', kind: 'restart' }, { text: 'why' }],
      c: [{ text: 'unseen' }],
    });
    const processes = [status('waits', { state: 'pending' }), status('a'), status('b'), status('c')];
    expect(await describeFailure(cluster, 'rl', processes)).toBe(
      [
        'waits pending; a failed; b failed; c failed.',
        'a wrote last:',
        '  | 2',
        '  | 3',
        '  | 4',
        '  | 5',
        '  | six',
        'b wrote last:',
        '  | why',
      ].join('\n'),
    );
  });

  it('gives the reason alone where a log is empty or cannot be read', async () => {
    const processes = [status('a', { reason: 'exit code 1' }), status('b')];
    expect(await describeFailure(logs({ b: [] }), 'rl', processes)).toBe('a failed: exit code 1; b failed.');
  });
});
