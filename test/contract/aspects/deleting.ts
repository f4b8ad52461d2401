import { setImmediate } from 'node:timers/promises';
import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';

export function describeDeleting(test: ContractTest, harness: ContractHarness): void {
  test('deleting ends everything and forgets it', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        main: { command: 'sleep 601 & sleep 602 & wait', replicas: 3 },
        over: { command: 'exit 1' },
        ...(harness.refused.includes('restart') ? {} : { again: { command: 'exit 1', restart: 'always' } }),
      },
    });
    await trial.until('running', 'main-0');
    await trial.until('failed', 'over');
    const { launchId } = await lab.cluster.describeExperiment(trial.name);
    expect(await lab.cluster.delete(trial.name)).toEqual({ name: trial.name, leftovers: [] });
    expect(await lab.open.leftovers(launchId)).toEqual([]);
    expect((await lab.cluster.listExperiments()).map(({ name }) => name)).not.toContain(trial.name);
    await expect(lab.cluster.describeExperiment(trial.name)).rejects.toMatchObject({ code: 'not-found' });
    await expect(lab.cluster.delete(trial.name)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a preview of a deletion changes nothing', async ({ lab }) => {
    const trial = await lab.run('sleep 600');
    const before = await trial.until('running');
    expect(await lab.cluster.previewDeletion(trial.name)).toEqual({ others: [], notes: [] });
    expect(await trial.process()).toEqual(before);
  });

  test('a wanted name is listed if it names an experiment', async ({ lab }) => {
    const trial = await lab.run('sleep 600');
    expect(await lab.cluster.listExperimentNames({ wanted: trial.name })).toContain(trial.name);
    const absent = lab.name('absent');
    expect(await lab.cluster.listExperimentNames({ wanted: absent })).not.toContain(absent);
  });

  test('the name of a deleted experiment is free at once', async ({ lab }) => {
    const trial = await lab.run('sleep 600', { bind: { port: null }, ready: 'started' });
    await lab.cluster.delete(trial.name);
    const again = await lab.launchSpec(trial.spec);
    expect(await again.until('running')).toMatchObject({ restarts: 0 });
  });

  test('processes get their stop signal and time to end', async ({ lab }) => {
    const mark = lab.file('deleted-gracefully');
    const trial = await lab.run(`trap 'sleep 0.5; touch ${mark}; exit 0' TERM; echo set; while :; do sleep 0.1; done`);
    await trial.line(/set/);
    await lab.cluster.delete(trial.name);
    const check = await lab.run(`test -f ${mark}`);
    await check.until('succeeded');
  });

  const deaf = 'trap "" TERM INT HUP; echo deaf; while :; do sleep 0.2; done';

  test('a deletion that kills does not wait for the stop signal', async ({ lab }) => {
    const trial = await lab.run(deaf, { stop: { timeout: 3600 } });
    await trial.line(/deaf/);
    expect(await lab.cluster.delete(trial.name, { kill: true })).toEqual({ name: trial.name, leftovers: [] });
  });

  const whileEndingTest = test.skipIf(harness.refused.includes('killWhileEnding'));

  whileEndingTest('a deletion that kills ends the wait of another one', async ({ lab }) => {
    const trial = await lab.run(deaf, { stop: { timeout: 3600 } });
    await trial.line(/deaf/);
    const other = await lab.open.connect();
    // The first deletion finds nothing any more if the second is the one that removes the experiment.
    const waiting = other.delete(trial.name).then(
      ({ leftovers }) => leftovers,
      ({ code }) => code,
    );
    await setImmediate();
    expect(await lab.cluster.delete(trial.name, { kill: true })).toEqual({ name: trial.name, leftovers: [] });
    expect([[], 'not-found']).toContainEqual(await waiting);
  });

  whileEndingTest('a deletion that kills ends a stop', async ({ lab }) => {
    const stop = requireCapability(lab.cluster, 'stop');
    expect(stop.yieldsToKill).toBe(true);
    const trial = await lab.run(deaf, { stop: { timeout: 3600 } });
    await trial.line(/deaf/);
    // Whether the stop or the deletion sees the end first is open.
    const stopping = stop.stop(trial.name, [{ group: null, name: 'main' }]).catch(() => undefined);
    await setImmediate();
    expect(await lab.cluster.delete(trial.name, { kill: true })).toEqual({ name: trial.name, leftovers: [] });
    await stopping;
  });

  test('a process that ignores its stop signal is killed after its timeout', async ({ lab }) => {
    const trial = await lab.run('trap "" TERM INT HUP; echo deaf; while :; do sleep 0.2; done', {
      stop: { timeout: 1 },
    });
    await trial.line(/deaf/);
    expect((await lab.cluster.delete(trial.name)).leftovers).toEqual([]);
  });

  test('progress is reported', async ({ lab }) => {
    const trial = await lab.run('sleep 600', { replicas: 3 });
    const messages: string[] = [];
    await lab.cluster.delete(trial.name, { onProgress: ({ message }) => messages.push(message) });
    expect(messages.join('')).not.toBe('');
  });

  test('deleteBatch deletes what it can and says what it cannot', async ({ lab }) => {
    const trials = await Promise.all([lab.run('sleep 600'), lab.run('sleep 600')]);
    const [first, second] = trials.map(({ name }) => name) as [string, string];
    const absent = lab.name('absent');
    const results = await lab.cluster.deleteBatch([first, absent, second]);
    expect(results).toEqual([
      { name: first, leftovers: [] },
      { name: absent, error: expect.objectContaining({ code: 'not-found' }) },
      { name: second, leftovers: [] },
    ]);
    const names = (await lab.cluster.listExperiments()).map(({ name }) => name);
    expect(names).not.toEqual(expect.arrayContaining([first]));
    expect(names).not.toEqual(expect.arrayContaining([second]));
  });

  test('two deletes of one experiment at once', async ({ lab }) => {
    const trial = await lab.run('sleep 600', { replicas: 3 });
    const other = await lab.open.connect();
    const results = await Promise.allSettled([lab.cluster.delete(trial.name), other.delete(trial.name)]);
    await other.close();
    for (const result of results) {
      if (result.status === 'fulfilled') expect(result.value.leftovers).toEqual([]);
      else expect(result.reason).toMatchObject({ code: 'not-found' });
    }
    expect(results.map(({ status }) => status)).toContain('fulfilled');
    expect((await lab.cluster.listExperiments()).map(({ name }) => name)).not.toContain(trial.name);
  });

  test('a delete in the middle of a launch leaves nothing', async ({ lab }) => {
    const spec = lab.spec({ processes: { main: { command: 'sleep 600', replicas: 20 } } });
    const other = await lab.open.connect();
    const launching = lab.cluster.launch(spec).catch((error) => error);
    const deleted = await waitFor(() => other.delete(spec.name), { timeout: lab.patience(15) });
    expect(deleted.leftovers).toEqual([]);
    await launching;
    expect((await lab.cluster.listExperiments()).map(({ name }) => name)).not.toContain(spec.name);
    await other.close();
  });

  test.skipIf(!harness.capabilities.includes('restart'))(
    'a delete in the middle of a restart leaves nothing',
    async ({ lab }) => {
      const slowToEnd = (seconds: number) =>
        `trap "" HUP; trap "echo ending; sleep ${seconds}; exit 0" TERM; echo set; while :; do sleep 0.1; done`;
      const trial = await lab.launch({
        processes: { main: { command: slowToEnd(0.5) }, other: { command: slowToEnd(1.5) } },
      });
      await Promise.all([trial.line(/set/), trial.line(/set/, 'other')]);
      const { launchId } = await lab.cluster.describeExperiment(trial.name);
      const other = await lab.open.connect();
      const main = { group: null, name: 'main' };
      const restart = requireCapability(lab.cluster, 'restart').restart(trial.name, [main]);
      const restarted = restart.catch((error) => error);
      await Promise.race([trial.line(/ending/).catch(() => undefined), restarted]);
      expect(await other.delete(trial.name)).toEqual({ name: trial.name, leftovers: [] });
      await restarted;
      await other.close();
      expect(await lab.open.leftovers(launchId)).toEqual([]);
      expect((await lab.cluster.listExperiments()).map(({ name }) => name)).not.toContain(trial.name);
    },
  );

  test('one experiment ends, the others stay', async ({ lab }) => {
    const [one, two] = await Promise.all([lab.run('sleep 600'), lab.run('sleep 600')]);
    const before = await two.until('running');
    await lab.cluster.delete(one.name);
    expect(await two.process()).toEqual(before);
  });
}
