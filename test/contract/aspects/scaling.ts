import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import { formatProcess } from '../../../src/engine/contract/status.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import type { Trial } from '../support/lab.ts';
import { printSymphonyVariables } from '../support/programs.ts';

/** Says that it was asked to end. */
const polite = `trap 'echo asked; exit 0' TERM; echo begun; while :; do sleep 0.1; done`;

async function names(trial: Trial): Promise<string[]> {
  return (await trial.cluster.listProcesses(trial.name)).map(formatProcess).sort();
}

async function services(trial: Trial): Promise<Record<string, number>> {
  const found = (await trial.cluster.listExperiments()).find(({ name }) => name === trial.name);
  return Object.fromEntries((found?.services ?? []).map(({ name, port }) => [name, port]));
}

export function describeScaling(test: ContractTest, harness: ContractHarness): void {
  const scaled = test.skipIf(!harness.capabilities.includes('scale'));

  test.runIf(!harness.capabilities.includes('scale'))('a backend that cannot scale says so', async ({ lab }) => {
    const trial = await lab.launch({ processes: { main: { command: 'sleep 600', replicas: 1 } } });
    await expect(lab.cluster.scale(trial.name, { main: 2 })).rejects.toMatchObject({ code: 'unsupported' });
  });

  scaled('more replicas are started, and those that stay keep their names, ports and runs', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        main: { command: polite, replicas: 2, bind: { replay: null }, ready: 'started' },
        learner: { command: 'sleep 600', connect: ['replay'] },
        other: { command: 'sleep 600' },
      },
    });
    for (const target of ['main-0', 'main-1', 'learner']) await trial.until('running', target);
    const before = await services(trial);
    const first = await trial.process('main-0');
    const result = await lab.cluster.scale(trial.name, { main: 4 });
    expect(result).toMatchObject({
      changes: [{ target: 'main', from: 2, to: 4 }],
      added: [{ name: 'main-2' }, { name: 'main-3' }],
      removed: [],
      newServices: ['replay-2', 'replay-3'],
      goneServices: [],
      unaware: [{ group: null, name: 'learner' }],
    });
    await trial.until('running', 'main-3');
    expect(await names(trial)).toEqual(['learner', 'main-0', 'main-1', 'main-2', 'main-3', 'other']);
    expect(await trial.process('main-0')).toEqual(first);
    const after = await services(trial);
    expect(after).toMatchObject(before);
    expect(Object.keys(after).sort()).toEqual(['replay-0', 'replay-1', 'replay-2', 'replay-3']);
    expect(new Set(Object.values(after)).size).toBe(4);
    expect((await lab.cluster.spec(trial.name)).processes.main?.replicas).toBe(4);
  });

  scaled('fewer replicas: the last ones are stopped by their signal, and their services vanish', async ({ lab }) => {
    const trial = await lab.launch({
      processes: { main: { command: polite, replicas: 3, bind: { replay: null }, ready: 'started' } },
    });
    for (const target of ['main-0', 'main-1', 'main-2']) await trial.line(/begun/, target);
    const before = await services(trial);
    const { removed, goneServices } = await lab.cluster.scale(trial.name, { main: 1 });
    expect(removed.map(formatProcess)).toEqual(['main-1', 'main-2']);
    expect(goneServices).toEqual(['replay-1', 'replay-2']);
    expect(await names(trial)).toEqual(['main-0']);
    expect(await services(trial)).toEqual({ 'replay-0': before['replay-0'] });
    expect(await trial.process('main-0')).toMatchObject({ state: 'running', restarts: 0 });
    await expect(trial.process('main-1')).rejects.toThrow('There is no process');
    // A replica that comes back goes on with its log, and begins with its first run.
    await lab.cluster.scale(trial.name, { main: 2 });
    expect(await trial.until('running', 'main-1')).toMatchObject({ restarts: 0 });
    await lab.cluster.scale(trial.name, { main: 1 });
  });

  scaled('new replicas have the environment of their siblings, and a restart tells the others', async ({ lab }) => {
    const print = printSymphonyVariables(harness.node);
    const trial = await lab.launch({
      env: { SECRET: { secret: true, fromEnv: 'PATH' } },
      processes: {
        main: { command: print, replicas: 1, bind: { replay: null }, ready: 'started' },
        secret: { command: 'test -n "$SECRET" && echo "has $SYMPH_REPLICAS"; sleep 600', replicas: 1 },
      },
    });
    await trial.line(/has 1/, 'secret-0');
    await lab.cluster.scale(trial.name, { main: 2, secret: 2 });
    expect(await trial.line(/has/, 'secret-1')).toBe('has 2');
    const own = JSON.parse(await trial.line(/SYMPH/, 'main-1'));
    const ports = await services(trial);
    expect(own).toMatchObject({ SYMPH_REPLICA: '1', SYMPH_REPLICAS: '2', SYMPH_REPLAY_PORT: `${ports['replay-1']}` });
    await requireCapability(lab.cluster, 'restart').restart(trial.name, [{ group: null, name: 'main-0' }]);
    const told = await trial.line(/"SYMPH_REPLICAS":"2"/, 'main-0');
    expect(JSON.parse(told)).toMatchObject({ SYMPH_REPLAY_1_PORT: `${ports['replay-1']}` });
  });

  scaled('a group is scaled as a whole', async ({ lab }) => {
    const processes = { agent: { command: 'sleep 600', replicas: 1 }, side: { command: 'sleep 600' } };
    const trial = await lab.launch({ groups: { pair: { replicas: 1, processes } } });
    await lab.cluster.scale(trial.name, { pair: 2 });
    expect(await names(trial)).toEqual(['pair-0/agent-0', 'pair-0/side', 'pair-1/agent-0', 'pair-1/side']);
    await trial.until('running', 'pair-1/side');
    await lab.cluster.scale(trial.name, { pair: 1 });
    expect(await names(trial)).toEqual(['pair-0/agent-0', 'pair-0/side']);
  });

  scaled('a process inside of a group is scaled by its name, or refused', async ({ lab }) => {
    const processes = { agent: { command: 'sleep 600', replicas: 1 }, side: { command: 'sleep 600' } };
    const trial = await lab.launch({ groups: { pair: { replicas: 2, processes } } });
    const scaling = lab.cluster.scale(trial.name, { pair: 1, 'pair/agent': 2 });
    if (harness.refused.includes('scaleInGroup')) {
      await expect(scaling).rejects.toMatchObject({ code: 'unsupported' });
      expect((await names(trial)).length).toBe(4);
      return;
    }
    await scaling;
    expect(await names(trial)).toEqual(['pair-0/agent-0', 'pair-0/agent-1', 'pair-0/side']);
    await trial.until('running', 'pair-0/agent-1');
  });

  scaled('rules concern new replicas, and removed ones no longer', async ({ lab }) => {
    const trial = await lab.launch({
      endsWith: { processes: ['main'] },
      processes: {
        main: { command: 'sleep 600', replicas: 2 },
        waiter: { command: 'echo started; sleep 600', replicas: 1, after: { gate: 'succeeded' } },
        gate: { command: 'exit 0' },
      },
    });
    await trial.until('running', 'waiter-0');
    await lab.cluster.scale(trial.name, { main: 1, waiter: 2 });
    await trial.until('running', 'waiter-1');
    // A removed process that was asked to end did not end the experiment.
    expect(await trial.process('main-0')).toMatchObject({ state: 'running' });
    const experiment = (await lab.cluster.listExperiments()).find(({ name }) => name === trial.name);
    expect(experiment).not.toHaveProperty('outcome');
  });

  scaled('the same number changes nothing, and what is not possible is refused', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        main: { command: 'sleep 600', replicas: 2 },
        fixed: { command: 'sleep 600', bind: { web: 18_321 }, replicas: 1, ready: 'started' },
        single: { command: 'sleep 600' },
      },
    });
    const scale = (counts: Record<string, number>) => lab.cluster.scale(trial.name, counts);
    expect(await scale({ main: 2 })).toMatchObject({ changes: [], added: [], removed: [], unaware: [] });
    await expect(scale({ main: 0 })).rejects.toMatchObject({ code: 'usage', hint: expect.stringMatching(/stop/) });
    await expect(scale({ single: 2 })).rejects.toMatchObject({ code: 'invalid-spec' });
    await expect(scale({ fixed: 2 })).rejects.toMatchObject({
      code: 'invalid-spec',
      message: expect.stringMatching(/18321|port/),
    });
    await expect(scale({ mian: 2 })).rejects.toMatchObject({ code: 'not-found', hint: 'Did you mean main?' });
    expect((await names(trial)).length).toBe(4);
  });

  scaled('changes at once do not contradict each other, nor a deletion', async ({ lab }) => {
    const trial = await lab.launch({
      processes: { main: { command: 'sleep 600', replicas: 1, bind: { s: null }, ready: 'started' } },
    });
    const counts = [3, 2, 5, 1, 4];
    await Promise.all(counts.map((main) => lab.cluster.scale(trial.name, { main })));
    const last = (await lab.cluster.spec(trial.name)).processes.main?.replicas ?? 0;
    expect((await names(trial)).length).toBe(last);
    expect(Object.keys(await services(trial)).length).toBe(last);
    const [scaling] = await Promise.allSettled([
      lab.cluster.scale(trial.name, { main: last + 1 }),
      lab.cluster.delete(trial.name),
    ]);
    if (scaling.status === 'rejected') expect(['conflict', 'not-found']).toContain(scaling.reason.code);
    expect((await lab.cluster.listExperiments()).map(({ name }) => name)).not.toContain(trial.name);
  });
}
