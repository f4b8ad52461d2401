import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import type { Trial } from '../support/lab.ts';

/** Prints the GPUs that the process sees, then waits. */
const showing = 'echo "sees [$CUDA_VISIBLE_DEVICES]"; sleep 600';

export function describeGpus(test: ContractTest, { gpus }: ContractHarness): void {
  const isHandedOut = typeof gpus === 'object';
  const all = isHandedOut ? gpus.handedOut : [];

  test.skipIf(gpus !== 'requested')('resources.gpu is requested from the cluster', async ({ lab }) => {
    const spec = lab.spec({ processes: { main: { command: 'sleep 600', resources: { gpu: 2 } } } });
    const { documents, notes } = lab.cluster.plan(spec);
    expect(notes).toEqual([]);
    expect(JSON.stringify(documents)).toMatch(/gpu":"2"/);
  });

  test.skipIf(gpus !== 'not-enforced')('resources.gpu has a note that it is not enforced', async ({ lab }) => {
    const spec = lab.spec({ processes: { main: { command: 'sleep 600', resources: { gpu: 2 } } } });
    const [note] = lab.cluster.plan(spec).notes;
    expect(note).toMatchObject({ verdict: 'not-enforced', path: 'processes.main.resources.gpu' });
  });

  test.runIf(isHandedOut)('each process gets GPUs of its own, and its status says which', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        one: { command: showing, resources: { gpu: 1 } },
        two: { command: showing, resources: { gpu: 2 } },
      },
    });
    const seen = [await seenBy(trial, 'one'), await seenBy(trial, 'two')];
    expect(seen.map(({ length }) => length)).toEqual([1, 2]);
    expect(new Set(seen.flat()).size).toBe(3);
    for (const id of seen.flat()) expect(all).toContain(id);
    expect([await idsOf(trial, 'one'), await idsOf(trial, 'two')]).toEqual(seen);
    const [one] = (await lab.cluster.describeExperiment(trial.name)).members;
    expect(one?.env.CUDA_VISIBLE_DEVICES).toBe(seen[0]?.join(','));
  });

  test.runIf(isHandedOut)(
    'a process that asks for no GPU sees none, and one that does not ask is left alone',
    async ({ lab }) => {
      const trial = await lab.launch({
        processes: { none: { command: showing, resources: { gpu: 0 } }, any: { command: showing } },
      });
      expect(await trial.line(/^sees/, 'none')).toBe('sees [-1]');
      expect(await trial.line(/^sees/, 'any')).toBe(`sees [${process.env.CUDA_VISIBLE_DEVICES ?? ''}]`);
      expect(await idsOf(trial, 'none')).toEqual([]);
    },
  );

  test.runIf(isHandedOut)(
    'too few GPUs refuse the launch, naming who has them, and nothing starts',
    async ({ lab }) => {
      const holder = await lab.launch({ processes: { main: { command: 'sleep 600', resources: { gpu: 1 } } } });
      const spec = lab.spec({
        processes: {
          first: { command: 'sleep 600' },
          greedy: { command: 'sleep 600', resources: { gpu: all.length } },
        },
      });
      const refusal = await lab.launchSpec(spec).catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/^processes\.greedy\.resources\.gpu: greedy wants \d+ GPUs, and /),
      });
      expect((refusal as Error).message).toContain(`main of experiment ${holder.name}`);
      expect((await lab.cluster.listExperiments()).map(({ name }) => name)).not.toContain(spec.name);
    },
  );

  test.runIf(isHandedOut)(
    'too few GPUs leave the experiment as it is that a launch was to replace',
    async ({ lab }) => {
      const wants = (gpu: number) => ({ processes: { main: { command: showing, resources: { gpu } } } });
      await lab.launch(wants(1));
      const trial = await lab.launch(wants(1));
      const before = await trial.until('running');
      const replace = (gpu: number) => lab.launchSpec(lab.spec(wants(gpu), trial.name), { force: true });
      await expect(replace(all.length)).rejects.toMatchObject({ code: 'conflict' });
      expect(await trial.process()).toMatchObject({ state: 'running', startedAt: before.startedAt });
      expect(await idsOf(trial, 'main')).toHaveLength(1);
      expect(await seenBy(await replace(1), 'main')).toHaveLength(1);
    },
  );

  test.runIf(isHandedOut)('a restart keeps the GPUs, and the end for good gives them back', async ({ lab }) => {
    const mark = lab.file(`ready-to-end-${lab.name()}`);
    const command = `echo "sees [$CUDA_VISIBLE_DEVICES]"; until test -f ${mark}; do sleep 0.05; done; exit 3`;
    const trial = await lab.launch({
      processes: { main: { command, resources: { gpu: 1 }, restart: 'on-failure', maxRestarts: 1 } },
    });
    const before = await seenBy(trial, 'main');
    await requireCapability(lab.cluster, 'restart').restart(trial.name, [{ group: null, name: 'main' }]);
    expect(await seenBy(trial, 'main')).toEqual(before);
    await writeFile(mark, '');
    await trial.until(({ state, gpus: held }) => state === 'backoff' && held?.[0]?.id === before[0]);
    await trial.until(({ state, gpus: held }) => state === 'failed' && held === undefined);
  });

  test.runIf(isHandedOut)('a process that starts after the end of another takes over its GPUs', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        prepare: { command: 'echo "sees [$CUDA_VISIBLE_DEVICES]"', resources: { gpu: 1 } },
        train: { command: showing, resources: { gpu: 1 }, after: { prepare: 'succeeded' } },
      },
    });
    const prepared = await seenBy(trial, 'prepare');
    expect(await seenBy(trial, 'train')).toEqual(prepared);
    await trial.until(({ gpus: held }) => held === undefined, 'prepare');
    expect(await idsOf(trial, 'train')).toEqual(prepared);
  });

  test.runIf(isHandedOut)(
    'a variable that chooses GPUs is refused beside resources.gpu, with its place',
    async ({ lab }) => {
      const spec = lab.spec({
        env: { HIP_VISIBLE_DEVICES: '0' },
        processes: {
          main: { command: 'true', resources: { gpu: 1 }, env: { CUDA_VISIBLE_DEVICES: '1' } },
          free: { command: 'true', env: { CUDA_VISIBLE_DEVICES: '1' } },
        },
      });
      const refused = lab.cluster.plan(spec).notes.filter(({ verdict }) => verdict === 'refused');
      expect(refused.map(({ path }) => path)).toEqual([
        'processes.main.env.CUDA_VISIBLE_DEVICES',
        'env.HIP_VISIBLE_DEVICES',
      ]);
      await expect(lab.launchSpec(spec)).rejects.toMatchObject({ code: 'invalid-spec' });
    },
  );
}

async function seenBy(trial: Trial, target: string): Promise<string[]> {
  const line = await trial.line(/^sees/, target);
  return line.slice('sees ['.length, -1).split(',');
}

async function idsOf(trial: Trial, target: string): Promise<string[]> {
  return ((await trial.process(target)).gpus ?? []).map(({ id }) => id);
}
