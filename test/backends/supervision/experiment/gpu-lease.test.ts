import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Gpu } from '../../../../src/backends/kit/gpus/gpu.ts';
import { recordedGpus, releaseGpus, takeGpus } from '../../../../src/backends/kit/gpus/gpu-registry.ts';
import { gpuRequests } from '../../../../src/backends/kit/gpus/gpu-requests.ts';
import { EventRecorder } from '../../../../src/backends/supervision/events/event-recorder.ts';
import { GpuLease } from '../../../../src/backends/supervision/experiment/gpu-lease.ts';
import { ExperimentFolder } from '../../../../src/backends/supervision/records/experiment-folder.ts';
import type { ExperimentRecord } from '../../../../src/backends/supervision/records/experiment-record.ts';
import { ExperimentState } from '../../../../src/backends/supervision/records/experiment-state.ts';
import { processKey } from '../../../../src/engine/contract/process-key.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { newGpuIds } from '../../../support/nvidia-smi.ts';

let folder = '';
let gpus: readonly Gpu[] = [];
const states: ExperimentState[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-lease-'));
  gpus = newGpuIds(3).map((id, index): Gpu => ({ id, index, vendor: 'nvidia' }));
});
afterEach(async () => {
  for (const state of states.splice(0)) state.close();
  await rm(folder, { recursive: true, force: true });
});

const resolved = resolveExperiment(
  parseSpec({
    name: 'rl',
    processes: {
      prepare: { command: 'true', resources: { gpu: 1 } },
      train: { command: 'true', resources: { gpu: 2 }, after: { prepare: 'succeeded' } },
      log: { command: 'true' },
    },
  }),
);
const processes = new Map(resolved.processes.map((resolvedProcess) => [processKey(resolvedProcess), resolvedProcess]));

/** A lease as at the launch. @param fields of the record */
async function launch(fields: Partial<ExperimentRecord> = { gpus }) {
  const events = new EventRecorder(folder, 'launch', {});
  const stored = { processes: {}, notes: [] };
  const state = new ExperimentState(new ExperimentFolder(folder), [...processes.keys()], stored, events, () => {});
  states.push(state);
  await takeGpus({ experiment: 'rl', folder }, gpuRequests(resolved.processes), gpus);
  const lease = new GpuLease(folder, { name: 'rl', ...fields } as ExperimentRecord, processes, state);
  lease.load();
  const held = () =>
    Object.fromEntries(Object.entries(state.flags.gpus ?? {}).map(([key, own]) => [key, own.map(({ id }) => id)]));
  return { lease, held };
}

const [first, second, third] = [0, 1, 2].map((index) => () => gpus[index]?.id ?? '') as [
  () => string,
  () => string,
  () => string,
];

test('a launch holds GPUs for all processes, and one that waits for the end of another takes over its GPUs', async () => {
  const { held } = await launch();
  expect(held()).toEqual({ prepare: [first()], train: [first(), second()] });
  expect(recordedGpus(folder)).toEqual({ [first()]: ['prepare', 'train'], [second()]: ['train'] });
});

test('a process that has ended gives back what no other one takes over', async () => {
  const { lease, held } = await launch();
  await lease.release(['prepare', 'log']);
  expect(held()).toEqual({ train: [first(), second()] });
  expect(recordedGpus(folder)).toEqual({ [first()]: ['train'], [second()]: ['train'] });
  await lease.release(['prepare', 'train']);
  expect(recordedGpus(folder)).toEqual({});
});

test('a restart takes other GPUs where its own are in use, or none, and says why', async () => {
  const { lease, held } = await launch();
  await lease.release(['prepare']);
  expect(await lease.reacquire(['prepare', 'train', 'log'])).toEqual(new Map());
  expect(held()).toMatchObject({ prepare: [third()], train: [first(), second()] });
  await lease.release(['train']);
  const other = await mkdtemp(join(tmpdir(), 'symphony-lease-'));
  const request = { key: 'main', path: 'processes.main', count: 1, endedBefore: new Set<string>() };
  await takeGpus({ experiment: 'other', folder: other }, [request], gpus);
  const errors = await lease.reacquire(['train']);
  expect(errors.get('train')?.message).toMatch(/train wants 2 GPUs, and 1 of 3 is free.*main of experiment other/);
  expect(held()).toEqual({ prepare: [third()] });
  await rm(other, { recursive: true });
});

test('a restart waits for a release that is under way', async () => {
  const { lease, held } = await launch();
  await Promise.all([lease.release(['prepare', 'train']), lease.reacquire(['train'])]);
  expect(held()).toEqual({ train: [first(), second()] });
  expect(Object.keys(recordedGpus(folder)).sort()).toEqual([first(), second()].sort());
});

test('what the register has lost is written again', async () => {
  const { lease } = await launch();
  const before = recordedGpus(folder);
  await releaseGpus(folder);
  await lease.restore();
  expect(recordedGpus(folder)).toEqual(before);
});

test('an experiment from before GPUs were handed out is started without', async () => {
  await releaseGpus(folder);
  const { lease, held } = await launch({});
  expect(await lease.reacquire(['train'])).toEqual(new Map());
  expect(held()).toEqual({});
});
