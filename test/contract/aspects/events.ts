import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import type { ClusterEvent, EventsOptions } from '../../../src/engine/contract/events.ts';
import { formatProcess } from '../../../src/engine/contract/status.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import type { Trial } from '../support/lab.ts';

export function describeEvents(test: ContractTest, harness: ContractHarness): void {
  const can = new Set(harness.capabilities);

  const list = (trial: Trial, options?: EventsOptions) =>
    Array.fromAsync(requireCapability(trial.cluster, 'events').events(trial.name, options));

  /** Resolves with the events once one of the whole list satisfies the condition. */
  const until = (trial: Trial, condition: (event: ClusterEvent) => boolean) =>
    waitFor(
      async () => {
        const events = await list(trial);
        return events.some(condition) ? events : undefined;
      },
      { timeout: trial.lab.patience(15), what: 'an event' },
    );

  /** The states that events tell of a process. */
  const states = (events: readonly ClusterEvent[], name: string) =>
    events.flatMap(({ process: reference, run, state }) =>
      reference !== undefined && formatProcess(reference) === name && state !== undefined ? [`${run} ${state}`] : [],
    );

  test.skipIf(!can.has('events'))('events tell what happened, oldest first, each once', async ({ lab }) => {
    const trial = await lab.launch({
      processes: { main: { command: 'exit 3' }, good: { command: 'exit 0' }, other: { command: 'sleep 600' } },
    });
    await until(trial, ({ process: reference, state }) => reference?.name === 'good' && state === 'succeeded');
    const events = await until(trial, ({ state }) => state === 'failed');
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).sort());
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(states(events, 'main').filter((state) => state !== '1 running')).toEqual(['1 starting', '1 failed']);
    expect(states(events, 'good').filter((state) => state !== '1 running')).toEqual(['1 starting', '1 succeeded']);
    expect(states(events, 'other')).not.toContain('1 failed');
    expect(events.find(({ reason }) => reason === 'Launched')).toMatchObject({
      kind: 'normal',
      message: expect.stringMatching(/\(pid \d+\)/),
    });
    const end = events.find(({ state }) => state === 'failed');
    expect(end).toMatchObject({ kind: 'warning', reason: 'Failed', message: expect.stringMatching(/exit code 3/) });
    // Later lists have the same events, with the same ids.
    const again = new Set((await list(trial)).map(({ id }) => id));
    expect(events.filter(({ id }) => !again.has(id))).toEqual([]);
  });

  test.skipIf(!can.has('events'))('the last events, and those since a time', async ({ lab }) => {
    const trial = await lab.run('exit 0');
    const all = await until(trial, ({ state }) => state === 'succeeded');
    expect(await list(trial, { tail: 0 })).toEqual([]);
    expect(await list(trial, { tail: 1 })).toHaveLength(1);
    expect(await list(trial, { since: new Date('2100-01-01') })).toEqual([]);
    expect((await list(trial, { since: new Date('2000-01-01') })).length).toBeGreaterThanOrEqual(all.length);
  });

  const hasRules = !harness.refused.some((feature) => feature === 'after' || feature === 'endsWith');

  test.skipIf(!can.has('events') || !hasRules)('rules that were applied are events, each once', async ({ lab }) => {
    const trial = await lab.launch({
      endsWith: { processes: ['main'] },
      processes: {
        first: { command: 'sleep 1' },
        main: { command: 'exit 0', after: { first: 'succeeded' } },
        other: { command: 'exec sleep 600' },
      },
    });
    const events = await until(trial, ({ reason }) => reason === 'Over');
    expect(events.filter(({ reason }) => reason === 'Over')).toMatchObject([
      { kind: 'normal', message: 'succeeded, by endsWith: main ended the experiment' },
    ]);
    expect(events.filter(({ reason }) => reason === 'Waiting')).toMatchObject([
      { process: { group: null, name: 'main' }, message: 'waits for first to succeed' },
    ]);
  });

  test.skipIf(!can.has('events'))('events of an experiment that does not exist are refused', async ({ lab }) => {
    const events = requireCapability(lab.cluster, 'events');
    for (const follow of [false, true])
      await expect(Array.fromAsync(events.events(lab.name(), { follow }))).rejects.toMatchObject({ code: 'not-found' });
  });

  test.skipIf(!can.has('events') || !can.has('stop'))('a request of a user is an event', async ({ lab }) => {
    const trial = await lab.run('sleep 600');
    await trial.until('running');
    await requireCapability(lab.cluster, 'stop').stop(trial.name, [{ group: null, name: 'main' }]);
    const events = await until(trial, ({ reason }) => reason === 'StopRequested');
    expect(events.find(({ reason }) => reason === 'StopRequested')).toMatchObject({
      process: { group: null, name: 'main' },
      kind: 'normal',
      message: expect.stringMatching(/\(pid \d+\)/),
    });
  });

  test.skipIf(!can.has('events'))('followed events come as they happen, until the deletion', async ({ lab }) => {
    const go = lab.file(lab.name('go'));
    const waiting = `until test -f ${go}; do sleep 0.1; done; exit 4`;
    const trial = await lab.launch({ processes: { main: { command: waiting }, stays: { command: 'sleep 600' } } });
    await trial.until('running', 'stays');
    const followed: ClusterEvent[] = [];
    const following = (async () => {
      const events = requireCapability(lab.cluster, 'events').events(trial.name, { follow: true, tail: 0 });
      for await (const event of events) followed.push(event);
    })();
    await lab.run(`touch ${go}`);
    const isTold = () =>
      followed.some(({ process: reference, state }) => reference?.name === 'main' && state === 'failed');
    await waitFor(isTold, { timeout: lab.patience(20), what: 'the followed event of the failure' });
    await lab.cluster.delete(trial.name);
    await following;
    expect(followed.map(({ reason }) => reason)).toContain('DeleteRequested');
    const keys = followed.map(({ id, count }) => `${id} ${count}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.skipIf(!can.has('events'))('an abort ends following without an error', async ({ lab }) => {
    const trial = await lab.run('sleep 600');
    const controller = new AbortController();
    const options = { follow: true, signal: controller.signal };
    for await (const _ of requireCapability(lab.cluster, 'events').events(trial.name, options)) controller.abort();
    expect(controller.signal.aborted).toBe(true);
  });
}
