import { describe, expect, test } from 'vitest';
import { newestRun, stateEvents } from '../../../../src/backends/kube/events/state-events.ts';
import type { ProcessStatus } from '../../../../src/engine/contract/status.ts';

const common = { experiment: 'rl', group: null, name: 'main', ports: {}, command: 'x' } as const;
const second = (count: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + count * 1000).toISOString();
const told = (...parameters: Parameters<typeof stateEvents>) =>
  stateEvents(...parameters).map(
    ({ time, run, reason, message }) => `${time.slice(17, 19)} ${run} ${reason}: ${message}`,
  );

describe('the events that the status of a process tells', () => {
  const first = { run: 1, startedAt: second(1), finishedAt: second(2), exitCode: 3, reason: 'exit code 3' };

  test('are the starts and ends of its runs', () => {
    const failed: ProcessStatus = {
      ...common,
      state: 'failed',
      ready: false,
      restarts: 1,
      reason: 'exit code 4',
      exitCode: 4,
      startedAt: second(3),
      finishedAt: second(4),
    };
    const runs = [first, { run: 2, startedAt: second(3), finishedAt: second(4), exitCode: 4, reason: 'exit code 4' }];
    const all = [
      '01 1 Starting: run 1 starts',
      '02 1 BackOff: waits for its restart: exit code 3',
      '03 2 Restarting: run 2 starts',
      '04 2 Failed: exit code 4',
    ];
    expect(told('launch', failed, runs, undefined)).toEqual(all);
    expect(told('launch', failed, newestRun(failed), undefined)).toEqual(all.slice(2));
    const ids = (runs: Parameters<typeof stateEvents>[2]) => stateEvents('launch', failed, runs, 5).map(({ id }) => id);
    expect(ids(runs).slice(2)).toEqual(ids(newestRun(failed)));
    expect(new Set(ids(runs)).size).toBe(4);
  });

  test('have a time only where something tells it', () => {
    const running: ProcessStatus = { ...common, state: 'running', ready: true, restarts: 0, startedAt: second(1) };
    expect(told('launch', running, newestRun(running), undefined)).toEqual(['01 1 Starting: run 1 starts']);
    expect(told('launch', running, newestRun(running), Date.parse(second(9)))).toEqual([
      '01 1 Starting: run 1 starts',
      '09 1 Ready: run 1 is ready',
    ]);
    const lost: ProcessStatus = { ...common, state: 'lost', ready: false, restarts: 0, reason: 'its pod is gone' };
    expect(told('launch', lost, [], undefined)).toEqual([]);
    expect(stateEvents('launch', lost, [], Date.parse(second(9)))).toMatchObject([
      { reason: 'Lost', message: 'its pod is gone', kind: 'warning', time: second(9) },
    ]);
  });

  test('are none while it waits for its first start', () => {
    const pending: ProcessStatus = { ...common, state: 'pending', ready: false, restarts: 0, reason: 'no node fits' };
    expect(stateEvents('launch', pending, [], 5)).toEqual([]);
  });

  test('of a back-off are told once, by its run', () => {
    const backoff: ProcessStatus = {
      ...common,
      state: 'backoff',
      ready: false,
      restarts: 0,
      reason: 'exit code 3',
      startedAt: second(1),
      finishedAt: second(2),
      exitCode: 3,
    };
    expect(told('launch', backoff, newestRun(backoff), 99)).toEqual([
      '01 1 Starting: run 1 starts',
      '02 1 BackOff: waits for its restart: exit code 3',
    ]);
  });
});
