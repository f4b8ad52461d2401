import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasReached, type WaitOptions, waitForExperiment } from '../../../src/engine/client/wait.ts';
import type { LogLine } from '../../../src/engine/contract/logs.ts';
import { countProcesses, type ExperimentState, type ProcessStatus } from '../../../src/engine/contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../src/engine/contract/watch.ts';

function status(name: string, state: ProcessStatus['state'], fields: Partial<ProcessStatus> = {}): ProcessStatus {
  const base = { experiment: 'rl', group: null, ready: false, restarts: 0, ports: {}, command: 'x' };
  return { ...base, name, state, ...fields };
}

const ready = (name: string) => status(name, 'running', { ready: true });

function snapshot(processes: readonly ProcessStatus[], state: ExperimentState = 'running'): ExperimentSnapshot {
  const createdAt = '2026-01-31T12:00:00Z';
  const experiment = {
    name: 'rl',
    backend: 'test',
    state,
    createdAt,
    processes: countProcesses(processes),
    services: [],
  };
  return { experiment, processes };
}

const first = (...processes: ProcessStatus[]): WatchEvent => ({ type: 'snapshot', experiments: [snapshot(processes)] });
const change = (...processes: ProcessStatus[]): WatchEvent => ({ type: 'changed', ...snapshot(processes) });
const changeTo = (state: ExperimentState, ...processes: ProcessStatus[]): WatchEvent => ({
  type: 'changed',
  ...snapshot(processes, state),
});

/** Waits on a cluster whose watch gives these events, and then waits for the end of the signal. */
function wait(events: readonly WatchEvent[], options: WaitOptions): Promise<ExperimentSnapshot> {
  const cluster = {
    async *watch({ signal }: { signal: AbortSignal }): AsyncGenerator<WatchEvent> {
      yield* events;
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
    async *logs(): AsyncGenerator<LogLine> {},
  };
  return waitForExperiment(cluster, 'rl', options);
}

describe('a process has reached', () => {
  it('ready when it is, or has succeeded', () => {
    expect(hasReached(ready('a'), 'ready')).toBe(true);
    expect(hasReached(status('a', 'succeeded'), 'ready')).toBe(true);
    expect(hasReached(status('a', 'running'), 'ready')).toBe(false);
    expect(hasReached(status('a', 'failed'), 'ready')).toBe(false);
  });

  it('done when it has ended for good, in whatever way', () => {
    const states = ['succeeded', 'failed', 'stopped', 'lost', 'running', 'backoff', 'pending', 'starting'] as const;
    expect(states.filter((state) => hasReached(status('a', state), 'done'))).toEqual([
      'succeeded',
      'failed',
      'stopped',
      'lost',
    ]);
  });
});

describe('a wait', () => {
  it('ends with the state in which every process has reached the goal', async () => {
    const events = [first(status('a', 'starting'), status('b', 'succeeded')), change(ready('a'))];
    const seen: number[] = [];
    const onChange = ({ processes }: ExperimentSnapshot) => seen.push(processes.filter((one) => one.ready).length);
    expect((await wait(events, { for: 'ready', onChange })).processes).toEqual([ready('a'), status('b', 'succeeded')]);
    expect(seen).toEqual([0, 1]);
  });

  it('for ready fails as soon as one process cannot be ready any more', async () => {
    const failed = status('a', 'failed', { reason: 'exit code 1' });
    await expect(wait([first(status('b', 'starting'), failed)], { for: 'ready' })).rejects.toMatchObject({
      code: 'failed',
      message: 'a failed: exit code 1.',
    });
  });

  it('for the end fails only when all have ended and one of them failed', async () => {
    const events = [
      first(ready('a'), status('b', 'failed', { reason: 'exit code 1' })),
      change(status('a', 'stopped')),
    ];
    await expect(wait(events, { for: 'done' })).rejects.toMatchObject({ message: 'b failed: exit code 1.' });
    expect(await wait([first(status('a', 'succeeded'), status('b', 'stopped'))], { for: 'done' })).toMatchObject({
      experiment: { name: 'rl' },
    });
  });

  describe('for an experiment that a rule has ended', () => {
    const over = (outcome: 'succeeded' | 'failed', ...processes: ProcessStatus[]): WatchEvent => {
      const { experiment } = snapshot(processes);
      return {
        type: 'changed',
        experiment: { ...experiment, outcome, reason: 'learner ended the experiment' },
        processes,
      };
    };
    const learner = status('learner', 'succeeded');

    it('ends with its own outcome once all have ended, whatever became of the others', async () => {
      const broken = status('agent', 'failed', { reason: 'exit code 1' });
      const events = [first(ready('learner'), broken, ready('b')), over('succeeded', learner, broken, ready('b'))];
      const end = over('succeeded', learner, broken, status('b', 'stopped'));
      expect(await wait([...events, end], { for: 'done' })).toMatchObject({ experiment: { outcome: 'succeeded' } });
      await expect(wait(events, { for: 'done', timeout: 0.01 })).rejects.toMatchObject({ code: 'timeout' });
      const failed = over('failed', learner, status('b', 'stopped'));
      await expect(wait([...events, failed], { for: 'done' })).rejects.toMatchObject({
        code: 'failed',
        message: 'Experiment rl failed: learner ended the experiment.',
      });
    });

    it('is ready if it succeeded, and otherwise fails at once', async () => {
      const stopped = status('b', 'stopped', { reason: 'learner ended the experiment' });
      const events = [first(status('learner', 'starting'), ready('b'))];
      await expect(wait([...events, over('succeeded', learner, stopped)], { for: 'ready' })).resolves.toBeDefined();
      const failed = wait([...events, over('failed', learner, ready('b'))], { for: 'ready' });
      await expect(failed).rejects.toMatchObject({ message: 'Experiment rl failed: learner ended the experiment.' });
    });
  });

  it('does not take the processes that a deletion ends for its goal', async () => {
    const deletion = [first(ready('a')), changeTo('stopping', status('a', 'stopped')), { type: 'deleted', name: 'rl' }];
    await expect(wait(deletion as WatchEvent[], { for: 'done' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'Experiment rl was deleted.',
    });
  });

  it('needs an experiment', async () => {
    await expect(wait([{ type: 'snapshot', experiments: [] }], { for: 'ready' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('says at its time limit what is missing', async () => {
    const slow = [first(ready('a'), status('b', 'starting', { reason: 'nothing listens on port 7000 yet' }))];
    await expect(wait(slow, { for: 'ready', timeout: 0.01 })).rejects.toMatchObject({
      code: 'timeout',
      message: 'Experiment rl was not ready after 0.01 s: b starting: nothing listens on port 7000 yet.',
    });
    await expect(wait([], { for: 'ready', timeout: 0.01 })).rejects.toThrow('its state could not be read in that time');
    const stopping = [first(ready('a')), changeTo('stopping', ready('a'))];
    await expect(wait(stopping, { for: 'done', timeout: 0.01 })).rejects.toThrow('it is being deleted');
  });

  it('is interrupted by its signal', async () => {
    const signal = AbortSignal.abort();
    await expect(wait([], { for: 'ready', signal })).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('a blocked process', () => {
  afterEach(() => void vi.useRealTimers());

  const blocked = status('a', 'pending', { blocked: true, reason: 'no node has a GPU free' });

  it('fails a wait once it has been blocked for 20 s', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const waiting = expect(wait([first(blocked)], { for: 'ready' })).rejects.toMatchObject({
      code: 'failed',
      message: 'a pending: no node has a GPU free.',
    });
    await vi.advanceTimersByTimeAsync(20_000);
    await waiting;
  });

  it('may recover before that', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const controller = new AbortController();
    const events = [first(blocked), change(status('a', 'starting'))];
    const waiting = expect(wait(events, { for: 'ready', signal: controller.signal })).rejects.toMatchObject({
      code: 'interrupted',
    });
    await vi.advanceTimersByTimeAsync(60_000);
    controller.abort();
    await waiting;
  });
});

describe('an experiment whose rules are not kept yet', () => {
  afterEach(() => vi.useRealTimers());

  it('is not ready although all of its processes are', async () => {
    const events = [changeTo('starting', ready('a')), changeTo('running', ready('a'))];
    expect(await wait(events, { for: 'ready' })).toMatchObject({ experiment: { state: 'running' } });
  });

  it('fails a wait once it has been blocked for 20 s', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { experiment, processes } = snapshot([ready('a')], 'starting');
    const blocked = { ...experiment, blocked: true, reason: 'nothing keeps its rules' } as const;
    const waiting = expect(
      wait([{ type: 'changed', experiment: blocked, processes }], { for: 'ready' }),
    ).rejects.toMatchObject({ code: 'failed', message: 'Experiment rl cannot proceed: nothing keeps its rules.' });
    await vi.advanceTimersByTimeAsync(21_000);
    await waiting;
  });
});

it('refuses a goal that does not exist', async () => {
  const wrong = { for: 'redy' as 'ready' };
  await expect(wait([], wrong)).rejects.toMatchObject({ code: 'usage', hint: 'Did you mean ready?' });
  await expect(wait([], undefined as never)).rejects.toMatchObject({
    code: 'usage',
    hint: expect.stringMatching(/ready.*done/),
  });
});
