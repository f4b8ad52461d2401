import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import type { ContractHarness } from '../harness.ts';
import { collectChanges } from '../support/changes.ts';
import type { ContractTest } from '../support/contract-test.ts';

const limited = { processes: { main: { command: 'exit 5', restart: 'on-failure', maxRestarts: 1 } } } as const;
/** @param file which a process makes that ends well, before another fails */
const stopping = (file: string) =>
  ({
    onFailure: 'stop',
    processes: {
      main: { command: `until test -f ${file}; do sleep 0.1; done; sleep 0.5; exit 6` },
      done: { command: `touch ${file}` },
    },
    groups: { others: { processes: { other: { command: 'sleep 600', replicas: 2 } } } },
  }) as const;

export function describeRestarts(test: ContractTest, harness: ContractHarness): void {
  const refused = new Set(harness.refused);
  const restartsTest = test.skipIf(refused.has('restart'));

  test.runIf(refused.has('restart')).for(['on-failure', 'always'] as const)(
    'a restart policy is refused, with its place: %s',
    async (restart, { lab }) => {
      const launch = lab.launch({ processes: { main: { command: 'exit 1', restart } } });
      const message = expect.stringContaining('processes.main.restart: ');
      await expect(launch).rejects.toMatchObject({ code: 'invalid-spec', message });
    },
  );

  restartsTest('on-failure starts a failed process again until it succeeds', async ({ lab }) => {
    const counter = lab.file('on-failure');
    const command = `echo run >> ${counter}; echo "run $(wc -l < ${counter})"; test "$(wc -l < ${counter})" -ge 3`;
    const trial = await lab.run(command, { restart: 'on-failure' });
    const status = await trial.until('succeeded', 'main', 20);
    expect(status).toMatchObject({ restarts: 2, exitCode: 0 });
    const [main] = (await lab.cluster.describeExperiment(trial.name)).members;
    expect(main?.runs.map(({ run, exitCode }) => ({ run, exitCode })).slice(-2)).toEqual([
      { run: 2, exitCode: 1 },
      { run: 3, exitCode: 0 },
    ]);
  });

  restartsTest('on-failure does not restart a success, and never does not restart a failure', async ({ lab }) => {
    const trial = await lab.launch({
      processes: { good: { command: 'exit 0', restart: 'on-failure' }, bad: { command: 'exit 1', restart: 'never' } },
    });
    await trial.done();
    expect(await trial.process('good')).toMatchObject({ state: 'succeeded', restarts: 0 });
    expect(await trial.process('bad')).toMatchObject({ state: 'failed', restarts: 0 });
  });

  restartsTest('always starts a process again that succeeded', async ({ lab }) => {
    const trial = await lab.run('exit 0', { restart: 'always' });
    await trial.until(({ restarts }) => restarts >= 1);
  });

  restartsTest('the delay grows, and backoff tells until when', async ({ lab }) => {
    const changes = await collectChanges(lab);
    const trial = await lab.run('exit 4', { restart: 'on-failure' });
    const last = await trial.until(({ restarts, state }) => restarts >= 2 && state === 'backoff', 'main', 20);
    // The polled status may be newer than the last event of the watch.
    const seen = [...(await changes.end()), last];
    const waits = seen.filter(({ experiment, state }) => experiment === trial.name && state === 'backoff');
    const delays = new Map(waits.map(({ restarts, until }) => [restarts, Date.parse(until ?? '')]));
    const finished = new Map(waits.map(({ restarts, finishedAt }) => [restarts, Date.parse(finishedAt ?? '')]));
    const between = [0, 1, 2].map((run) => (delays.get(run) ?? NaN) - (finished.get(run) ?? NaN));
    // An engine under load reports an end late, which adds to the delay.
    for (const [run, least] of [500, 1500, 3500].entries()) expect(between[run]).toBeGreaterThan(least);
    expect(between[2]).toBeGreaterThan(between[0] ?? NaN);
    expect(await trial.process()).toMatchObject({ exitCode: 4, ready: false, reason: expect.stringMatching(/4/) });
  });

  test.runIf(refused.has('maxRestarts'))('maxRestarts is refused', async ({ lab }) => {
    await expect(lab.launch(limited)).rejects.toMatchObject({ code: 'invalid-spec' });
  });

  test.skipIf(refused.has('maxRestarts'))('maxRestarts limits the restarts', async ({ lab }) => {
    const trial = await lab.launch(limited);
    expect(await trial.until('failed')).toMatchObject({ restarts: 1, exitCode: 5 });
  });

  test.runIf(refused.has('onFailure'))('onFailure: stop is refused', async ({ lab }) => {
    await expect(lab.launch(stopping('done'))).rejects.toMatchObject({ code: 'invalid-spec' });
  });

  test.skipIf(refused.has('onFailure'))('onFailure: stop ends the others once one has failed', async ({ lab }) => {
    const trial = await lab.launch(stopping(lab.file('done')));
    await trial.done();
    expect(await trial.process('main')).toMatchObject({ state: 'failed', exitCode: 6 });
    expect(await trial.process('done')).toMatchObject({ state: 'succeeded' });
    expect(await trial.process('others/other-0')).toMatchObject({ state: 'stopped' });
    expect(await trial.process('others/other-1')).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(/main/),
    });
  });

  test.skipIf(!harness.capabilities.includes('restart') || refused.has('onFailure'))(
    'onFailure: stop also ends a process that is being restarted',
    async ({ lab }) => {
      const go = lab.file('fail-now');
      // Long enough for the end of the other to be noticed, and shorter than the stop timeout.
      const slow = `trap "touch ${go}; sleep ${Math.min(lab.patience(2), 8)}; exit 0" TERM; echo set; while :; do sleep 0.1; done`;
      const fails = `until test -f ${go}; do sleep 0.1; done; exit 6`;
      const trial = await lab.launch({
        onFailure: 'stop',
        processes: { main: { command: slow }, fails: { command: fails } },
      });
      await trial.line(/set/);
      const { restart } = requireCapability(lab.cluster, 'restart');
      const restarting = restart(trial.name, [{ group: null, name: 'main' }]).catch((error) => error);
      expect(await restarting).toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/main.*fails failed/),
      });
      await trial.done();
      expect(await trial.process('main')).toMatchObject({ state: 'stopped', restarts: 0 });
      const { launchId } = await lab.cluster.describeExperiment(trial.name);
      expect(await lab.open.leftovers(launchId)).toEqual([]);
    },
  );
}
