import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NoticeWatch } from '../../../src/engine/client/notice-watch.ts';
import { countProcesses, type ProcessStatus, summarizeState } from '../../../src/engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../src/engine/contract/watch.ts';
import type { DueNotice } from '../../../src/engine/rules/notices.ts';

function snapshot(states: readonly ProcessStatus['state'][], { launch = 1, restarts = 0 } = {}): ExperimentSnapshot {
  const processes = states.map((state, index) => ({
    experiment: 'rl',
    group: null,
    name: `p${index}`,
    state,
    ready: false,
    restarts,
    ports: {},
    command: 'x',
  }));
  const createdAt = new Date(launch * 1000).toISOString();
  const state = summarizeState(processes);
  return {
    experiment: { name: 'rl', backend: 'local', state, createdAt, processes: countProcesses(processes), services: [] },
    processes,
  };
}

describe('NoticeWatch', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function watch() {
    const told: string[] = [];
    const ids = new Set<string>();
    const own = new NoticeWatch(async ({ kind, text, id }: DueNotice) => {
      expect(ids).not.toContain(id);
      ids.add(id);
      told.push(`${kind}: ${text}`);
    });
    return { own, told };
  }

  test('gathers what happens together, and tells it once', () => {
    const { own, told } = watch();
    own.begin(snapshot(['running', 'running', 'running']));
    own.see(snapshot(['failed', 'running', 'running']));
    own.see(snapshot(['failed', 'failed', 'running']));
    expect(told).toEqual([]);
    vi.runAllTimers();
    expect(told).toEqual(['failed: rl: p0 failed, p1 failed']);
    own.see(snapshot(['failed', 'failed', 'running']));
    vi.runAllTimers();
    expect(told).toHaveLength(1);
    own.see(snapshot(['failed', 'failed', 'succeeded']));
    vi.runAllTimers();
    expect(told.slice(1)).toEqual(['done: rl failed: p0 failed, p1 failed']);
  });

  test('does not tell what was there at the beginning, but what is new in another launch of the same name', () => {
    const { own, told } = watch();
    own.begin(snapshot(['failed', 'running']));
    own.see(snapshot(['failed', 'running']));
    vi.runAllTimers();
    expect(told).toEqual([]);
    own.see(snapshot(['failed', 'running'], { launch: 2 }));
    vi.runAllTimers();
    expect(told).toEqual(['failed: rl: p0 failed']);
  });

  test('tells what passes before it was told of an experiment that goes, and at the end, but not after it', async () => {
    const { own, told } = watch();
    own.see(snapshot(['failed', 'running']));
    own.forget('rl');
    expect(told).toEqual(['failed: rl: p0 failed']);
    own.see(snapshot(['succeeded'], { launch: 3 }));
    await own.end();
    expect(told.slice(1)).toEqual(['done: rl succeeded: 1 of 1 process succeeded']);
    own.see(snapshot(['failed'], { launch: 4 }));
    own.close();
    vi.runAllTimers();
    expect(told).toHaveLength(2);
  });

  test('does not tell what was over before it could be told', () => {
    const { own, told } = watch();
    own.see(snapshot(['failed', 'running']));
    own.see(snapshot(['running', 'running'], { restarts: 1 }));
    vi.runAllTimers();
    expect(told).toEqual([]);
  });
});
