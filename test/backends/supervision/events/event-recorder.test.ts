import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { readEvents } from '../../../../src/backends/supervision/events/event-files.ts';
import { EventRecorder } from '../../../../src/backends/supervision/events/event-recorder.ts';
import { nextRuntime } from '../../../../src/engine/rules/next-runtime.ts';
import { beginRun, notStarted } from '../../../../src/engine/rules/process-runtime.ts';

// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
const test = base.extend('folder', async ({}, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-events-'));
  onCleanup(() => rm(folder, { recursive: true, force: true }));
  return folder;
});

const started = beginRun(notStarted, 0, 0);
const running = { ...started, state: 'running', ready: true } as const;
const policy = { restart: 'never', maxRestarts: null } as const;
const failed = nextRuntime(policy, running, { exitCode: 3, time: 5 }, undefined, 5);

const reasons = (folder: string) => readEvents(folder).map(({ reason }) => reason);

describe('the recorder of events', () => {
  test('records changes and acts, in their order', ({ folder }) => {
    const recorder = new EventRecorder(folder, 'launch', {});
    recorder.record({ reason: 'Launched', message: 'launched by a test' });
    recorder.changed('agents.agent-0', notStarted, started);
    recorder.changed('agents.agent-0', started, running);
    expect(recorder.hasUnwritten).toBe(true);
    recorder.flush();
    expect(recorder.hasUnwritten).toBe(false);
    expect(readEvents(folder)).toMatchObject([
      { reason: 'Launched', kind: 'normal', count: 1 },
      { reason: 'Starting', process: { group: 'agents', name: 'agent-0' }, run: 1 },
      { reason: 'Ready', state: 'running' },
    ]);
  });

  test('of a supervisor that takes over neither misses nor repeats an event, wherever the earlier one was killed', ({
    folder,
  }) => {
    const steps = [notStarted, started, running, failed, beginRun(failed, 10, 0)];
    for (const [killedAt, stored] of steps.entries()) {
      const place = join(folder, String(killedAt));
      mkdirSync(place);
      const first = new EventRecorder(place, 'launch', {});
      // The events up to the next state were written, and the state itself was not stored.
      for (let step = 1; step <= Math.min(killedAt + 1, steps.length - 1); step += 1)
        first.changed('learner', steps[step - 1] as typeof notStarted, steps[step] as typeof notStarted);
      first.flush();
      const second = new EventRecorder(place, 'launch', { learner: stored as typeof notStarted });
      for (let step = killedAt + 1; step < steps.length; step += 1)
        second.changed('learner', steps[step - 1] as typeof notStarted, steps[step] as typeof notStarted);
      second.flush();
      expect(reasons(place)).toEqual(['Starting', 'Ready', 'Failed', 'Restarting']);
    }
  });

  test('recovers the event of a stored state that the earlier one could not write', ({ folder }) => {
    const recorder = new EventRecorder(folder, 'launch', { learner: failed, idle: notStarted });
    recorder.flush();
    expect(readEvents(folder)).toMatchObject([{ reason: 'Failed', message: 'exit code 3', run: 1 }]);
  });

  test('keeps the order of states, whatever the times of starts and ends say', ({ folder }) => {
    const recorder = new EventRecorder(folder, 'launch', {});
    recorder.changed('learner', started, running);
    recorder.changed('learner', running, failed);
    recorder.flush();
    const [ready, end] = readEvents(folder);
    expect([ready?.reason, end?.reason]).toEqual(['Ready', 'Failed']);
    expect(end?.time).toBe(ready?.time);
  });

  test('records each act, and a rule that was applied once', ({ folder }) => {
    const recorder = new EventRecorder(folder, 'launch', {});
    const rule = { reason: 'Over', message: 'learner ended the experiment', isDerived: true };
    recorder.record({ reason: 'StopRequested', message: 'symphony stop' });
    recorder.record({ reason: 'StopRequested', message: 'symphony stop' });
    recorder.record(rule);
    recorder.flush();
    const later = new EventRecorder(folder, 'launch', {});
    later.record(rule);
    later.flush();
    expect(reasons(folder)).toEqual(['StopRequested', 'StopRequested', 'Over']);
    expect(new Set(readEvents(folder).map(({ id }) => id)).size).toBe(3);
  });

  test('tells the starts of a replica that was removed and comes back, also to a supervisor that takes over', ({
    folder,
  }) => {
    const removed = nextRuntime(
      policy,
      running,
      { exitCode: 0, time: 5 },
      { reason: 'removed', startsAgain: false },
      5,
    );
    const life = (recorder: EventRecorder) => {
      recorder.record({ process: { group: null, name: 'a' }, reason: 'Waiting', message: 'waits', isDerived: true });
      recorder.changed('a', notStarted, started);
      recorder.changed('a', started, running);
    };
    let recorder = new EventRecorder(folder, 'launch', {});
    life(recorder);
    recorder.record({ reason: 'ScaleRequested', message: 'a from 1 to 0' });
    recorder.changed('a', running, removed);
    recorder.flush();
    for (const stored of [{}, { a: running }]) {
      recorder = new EventRecorder(folder, 'launch', stored);
      if (!('a' in stored)) recorder.record({ reason: 'ScaleRequested', message: 'a from 0 to 1' });
      life(recorder);
      recorder.flush();
    }
    const told = ['Waiting', 'Starting', 'Ready'];
    expect(reasons(folder)).toEqual([...told, 'ScaleRequested', 'Stopped', 'ScaleRequested', ...told]);
  });

  test('writes later what it cannot write now, within a bound', ({ folder }) => {
    const recorder = new EventRecorder(folder, 'launch', {});
    rmSync(folder, { recursive: true });
    for (let index = 0; index < 2_500; index += 1) recorder.record({ reason: 'Act', message: String(index) });
    recorder.flush();
    expect(recorder.hasUnwritten).toBe(true);
    mkdirSync(folder);
    recorder.flush();
    const events = readEvents(folder);
    expect(events).toHaveLength(2_001);
    expect(events[0]).toMatchObject({ reason: 'EventsLost', kind: 'warning', message: expect.stringMatching(/^500 /) });
    expect(events.at(-1)).toMatchObject({ message: '2499' });
  });

  test('writes nothing once it is closed: the folder may be gone', ({ folder }) => {
    const recorder = new EventRecorder(folder, 'launch', {});
    recorder.close();
    recorder.record({ reason: 'Act', message: 'late' });
    recorder.flush();
    expect(reasons(folder)).toEqual([]);
    recorder.open();
    recorder.flush();
    expect(reasons(folder)).toEqual(['Act']);
  });

  test('takes messages of any length and content', ({ folder }) => {
    const recorder = new EventRecorder(folder, 'launch', {});
    recorder.record({ reason: 'Note', message: `line\nbreak \x1b[31m ${'x'.repeat(100_000)}` });
    recorder.flush();
    const [event] = readEvents(folder);
    expect(event?.message).toMatch(/^line\nbreak/);
    expect(event?.message.length).toBeLessThan(5_000);
  });
});
