import { expect } from 'vitest';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import { listenOn } from '../support/programs.ts';

export function describeWait(test: ContractTest, harness: ContractHarness): void {
  test('for ready waits until each process is ready or has succeeded', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        main: { command: listenOn(harness.node, ['SYMPH_ONE'], { delay: 500 }), bind: { one: null } },
        done: { command: 'exit 0' },
      },
    });
    const { experiment, processes } = await lab.cluster.wait(trial.name, { for: 'ready', timeout: lab.patience(15) });
    expect(processes[0]).toMatchObject({ state: 'running', ready: true });
    expect(experiment.name).toBe(trial.name);
  });

  test('for ready fails as soon as it cannot be reached any more, and says why', async ({ lab }) => {
    const bad = "echo early; printf '\\033[31mno model\\033[0m'; exit 3";
    const trial = await lab.launch({ processes: { main: { command: 'sleep 600' }, bad: { command: bad } } });
    await trial.until('failed', 'bad');
    await expect(lab.cluster.wait(trial.name, { for: 'ready', timeout: lab.patience(15) })).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/^bad failed: .*3\.\nbad wrote last:\n {2}\| early\n {2}\| no model$/),
    });
  });

  test('for done waits until all have ended', async ({ lab }) => {
    const trial = await lab.launch({ processes: { main: { command: 'exit 0' }, slow: { command: 'sleep 0.7' } } });
    const seen: string[] = [];
    const onChange = () => seen.push('change');
    const { experiment } = await lab.cluster.wait(trial.name, { for: 'done', timeout: lab.patience(15), onChange });
    expect(experiment).toMatchObject({ state: 'succeeded', processes: { succeeded: 2 } });
    expect(seen.length).toBeGreaterThan(0);
  });

  test('for done fails in the end if one failed', async ({ lab }) => {
    const trial = await lab.launch({ processes: { main: { command: 'exit 3' }, slow: { command: 'sleep 0.7' } } });
    await expect(lab.cluster.wait(trial.name, { for: 'done', timeout: lab.patience(15) })).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('main'),
    });
    expect(await trial.process('slow')).toMatchObject({ state: 'succeeded' });
  });

  test('a timeout, an abort, and an experiment that is not there', async ({ lab }) => {
    const trial = await lab.run('sleep 600');
    await trial.until('running');
    await expect(lab.cluster.wait(trial.name, { for: 'done', timeout: lab.patience(2) })).rejects.toMatchObject({
      code: 'timeout',
      message: `Experiment ${trial.name} was not done after ${lab.patience(2)} s: main running.`,
    });
    const controller = new AbortController();
    const waiting = lab.cluster.wait(trial.name, {
      for: 'done',
      signal: controller.signal,
      onChange: () => controller.abort(),
    });
    await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
    await expect(lab.cluster.wait(lab.name('absent'), { for: 'ready' })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a timeout names the processes that are not ready, and why', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        fine: { command: 'sleep 600' },
        late: { command: 'sleep 600', ready: { command: 'exit 1' } },
        deaf: { command: 'sleep 600', bind: { one: null } },
      },
    });
    for (const target of ['late', 'deaf'])
      await trial.until(({ state, reason }) => state === 'starting' && reason !== undefined, target);
    await expect(lab.cluster.wait(trial.name, { for: 'ready', timeout: lab.patience(2) })).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/ s: late starting: the readiness command .*; deaf starting: .*service one.*\.$/),
    });
  });

  test('an experiment deleted while it is waited for is not found', async ({ lab }) => {
    const trial = await lab.run('sleep 600');
    const begun = Promise.withResolvers<void>();
    const waiting = lab.cluster.wait(trial.name, { for: 'done', onChange: () => begun.resolve() });
    waiting.catch(() => {});
    await begun.promise;
    await lab.cluster.delete(trial.name);
    await expect(waiting).rejects.toMatchObject({ code: 'not-found' });
  });
}
