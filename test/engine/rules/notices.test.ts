import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NoticeKind, noticeKinds } from '../../../src/engine/contract/notices.ts';
import {
  countProcesses,
  type ProcessStatus,
  processStates,
  summarizeState,
} from '../../../src/engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../src/engine/contract/watch.ts';
import { dueNotices } from '../../../src/engine/rules/notices.ts';

function status(name: string, fields: Partial<ProcessStatus>): ProcessStatus {
  const common = { experiment: 'rl', group: null, ready: false, restarts: 0, ports: {}, command: 'x' };
  return { ...common, name, state: 'running', ...fields };
}

function snapshot(processes: readonly ProcessStatus[], reason?: string): ExperimentSnapshot {
  return {
    experiment: {
      name: 'rl',
      backend: 'local',
      state: summarizeState(processes),
      createdAt: '2026-01-01T00:00:00.000Z',
      processes: countProcesses(processes),
      services: [],
      ...(reason === undefined ? {} : { reason }),
    },
    processes,
  };
}

const failed = { state: 'failed', reason: 'exit code 3', exitCode: 3 } as const;
const kindsOf = (...parameters: Parameters<typeof dueNotices>) =>
  dueNotices(...parameters).notices.map(({ kind }) => kind);

describe('notices', () => {
  test('tell of a failure while others run, naming the process and why', () => {
    const { notices } = dueNotices(snapshot([status('learner', failed), status('agent', {})]), 'launch', []);
    expect(notices).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        kind: 'failed',
        experiment: 'rl',
        backend: 'local',
        state: 'degraded',
        text: 'rl: learner failed (exit code 3)',
        processes: [{ group: null, name: 'learner', ...failed }],
      },
    ]);
  });

  test('tell once of an end with its failures, and what failed where only failures are wanted', () => {
    const over = snapshot([status('learner', failed), status('agent', { state: 'stopped', reason: 'stopped' })]);
    expect(dueNotices(over, 'launch', []).notices).toMatchObject([
      { kind: 'done', state: 'failed', text: 'rl failed: learner failed (exit code 3)' },
    ]);
    const named = {
      ...over,
      experiment: { ...over.experiment, reason: 'learner failed (exit code 3), which ended it' },
    };
    expect(dueNotices(named, 'launch', []).notices[0]?.text).toBe(
      'rl failed: learner failed (exit code 3), which ended it',
    );
    expect(kindsOf(over, 'launch', [], ['failed'])).toEqual(['failed']);
    expect(kindsOf(over, 'launch', [], ['blocked'])).toEqual([]);
  });

  test('tell of success, and why an experiment is over', () => {
    const over = [status('learner', { state: 'succeeded' }), status('agent', { state: 'stopped' })];
    expect(dueNotices(snapshot(over), 'launch', []).notices).toMatchObject([
      { kind: 'done', text: 'rl succeeded: 1 of 2 processes succeeded', processes: [] },
    ]);
    expect(dueNotices(snapshot(over, 'learner ended the experiment'), 'launch', []).notices[0]?.text).toBe(
      'rl succeeded: learner ended the experiment; 1 of 2 processes succeeded',
    );
  });

  test('tell of what is blocked, and nothing of a stop on request', () => {
    const blocked = status('agent', { state: 'pending', blocked: true, reason: 'no such image' });
    expect(dueNotices(snapshot([blocked]), 'launch', []).notices).toMatchObject([
      { kind: 'blocked', text: 'rl is blocked: agent waits (no such image)' },
    ]);
    expect(kindsOf(snapshot([status('agent', { state: 'stopped' })]), 'launch', [])).toEqual([]);
  });

  test('tell of many in one line', () => {
    const many = Array.from({ length: 50 }, (_, index) => status(`agent-${index}`, failed));
    const [notice, ...others] = dueNotices(snapshot([...many, status('learner', {})]), 'launch', []).notices;
    expect(others).toEqual([]);
    expect(notice?.text).toMatch(/agent-2 failed \(exit code 3\) and 47 more$/);
    expect(notice?.processes).toHaveLength(50);
  });

  test('tell again of the failure of a later run, and of a later end', () => {
    const first = snapshot([status('learner', failed)]);
    const { told } = dueNotices(first, 'launch', []);
    expect(kindsOf(first, 'launch', told)).toEqual([]);
    expect(kindsOf(snapshot([status('learner', {})]), 'launch', told)).toEqual([]);
    expect(kindsOf(snapshot([status('learner', { ...failed, restarts: 1 })]), 'launch', told)).toEqual(['done']);
  });

  test('tell once a run that a process is blocked, also if the cause comes and goes', () => {
    const waits = (fields: Partial<ProcessStatus>) => snapshot([status('learner', { state: 'pending', ...fields })]);
    const first = dueNotices(waits({ blocked: true, reason: 'no such image' }), 'launch', []);
    expect(first.notices).toMatchObject([{ kind: 'blocked', text: 'rl is blocked: learner waits (no such image)' }]);
    const { told } = dueNotices(waits({}), 'launch', first.told);
    expect(kindsOf(waits({ blocked: true }), 'launch', told)).toEqual([]);
    expect(kindsOf(waits({ blocked: true, restarts: 1 }), 'launch', told)).toEqual(['blocked']);
  });

  test('tell of an experiment that is blocked as a whole', () => {
    const { experiment, processes } = snapshot([status('learner', {})], 'its supervisor does not run');
    const blocked = { experiment: { ...experiment, blocked: true as const }, processes };
    const due = dueNotices(blocked, 'launch', []);
    expect(due.notices).toMatchObject([{ kind: 'blocked', text: 'rl is blocked: its supervisor does not run' }]);
    expect(dueNotices(blocked, 'launch', due.told).notices).toEqual([]);
  });

  test('are sent once in every state, have the same id for every supervisor, and are only of the wanted kinds', () => {
    const someStatus = fc.record({
      state: fc.constantFrom(...processStates),
      restarts: fc.nat(3),
      blocked: fc.boolean(),
    });
    const some = fc.array(someStatus, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 8 }), fc.subarray([...noticeKinds]), (states, wanted) => {
        let told: readonly string[] = [];
        for (const fields of states) {
          const processes = fields.map(({ blocked, ...rest }, index) =>
            status(`p-${index}`, { ...rest, ...(blocked && rest.state === 'pending' ? { blocked } : {}) }),
          );
          const due = dueNotices(snapshot(processes), 'launch', told, wanted as NoticeKind[]);
          expect(dueNotices(snapshot(processes), 'launch', told, wanted as NoticeKind[])).toEqual(due);
          expect(due.notices.every(({ kind }) => wanted.includes(kind))).toBe(true);
          expect(new Set(due.notices.map(({ kind }) => kind)).size).toBe(due.notices.length);
          told = due.told;
          expect(dueNotices(snapshot(processes), 'launch', told, wanted as NoticeKind[]).notices).toEqual([]);
        }
      }),
    );
  });
});
