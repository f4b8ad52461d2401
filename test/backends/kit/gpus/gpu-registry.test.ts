import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Gpu } from '../../../../src/backends/kit/gpus/gpu.ts';
import {
  type HeldGpus,
  previewGpus,
  readGpuHolders,
  recordedGpus,
  recordGpus,
  releaseGpus,
  takeGpus,
} from '../../../../src/backends/kit/gpus/gpu-registry.ts';
import { newGpuIds } from '../../../support/nvidia-smi.ts';

let root = '';
let gpus: readonly Gpu[] = [];
const ids = () => gpus.map(({ id }) => id);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'symphony-registry-'));
  // The register is that of the user: other tests may use it at the same time, with other GPUs.
  gpus = newGpuIds(3).map((id, index): Gpu => ({ id, index, vendor: 'nvidia', name: 'NVIDIA L4' }));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function holderOf(experiment: string) {
  const folder = join(root, experiment);
  await mkdir(folder, { recursive: true });
  return { experiment, folder };
}

const request = (key: string, count: number, ...endedBefore: string[]) => ({
  key,
  path: `processes.${key}`,
  count,
  endedBefore: new Set(endedBefore),
});

const idsOf = (held: HeldGpus) =>
  Object.fromEntries(Object.entries(held).map(([key, own]) => [key, own.map(({ id }) => id)]));

describe('taking', () => {
  test('gives a GPU to one experiment at a time', async () => {
    const [a, b] = [await holderOf('a'), await holderOf('b')];
    const [first, second, third] = ids();
    expect(idsOf(await takeGpus(a, [request('main', 2)], gpus))).toEqual({ main: [first, second] });
    expect(idsOf(await takeGpus(b, [request('main', 1)], gpus))).toEqual({ main: [third] });
    expect(readGpuHolders()[third ?? '']).toEqual({ ...b, processes: ['main'] });
  });

  test('is previewed for a replacement: what the holder has counts as free, and nothing is taken', async () => {
    const [a, b] = [await holderOf('a'), await holderOf('b')];
    await takeGpus(a, [request('main', 2)], gpus);
    await takeGpus(b, [request('main', 1)], gpus);
    expect(idsOf(previewGpus(a, [request('other', 2)], gpus))).toEqual({ other: ids().slice(0, 2) });
    expect(() => previewGpus(a, [request('other', 3)], gpus)).toThrow('main of experiment b');
    expect(Object.values(recordedGpus(a.folder))).toEqual([['main'], ['main']]);
  });

  test('is refused with the place, naming who has what, and takes nothing then', async () => {
    const [a, b] = [await holderOf('a'), await holderOf('b')];
    await takeGpus(a, [request('group.main', 2)], gpus);
    const refusal = takeGpus(b, [request('one', 1), request('two', 1)], gpus);
    await expect(refusal).rejects.toMatchObject({
      code: 'conflict',
      message:
        'processes.two.resources.gpu: two wants 1 GPU, and none of 3 is free: GPU 0 (NVIDIA L4) and GPU 1 (NVIDIA L4) held by group/main of experiment a, GPU 2 (NVIDIA L4) held by one of the same experiment.',
      hint: 'End what holds them, or ask for fewer.',
    });
    expect(recordedGpus(b.folder)).toEqual({});
  });

  test('of many at once never gives a GPU twice', async () => {
    const holders = await Promise.all(Array.from({ length: 8 }, (_, index) => holderOf(`e${index}`)));
    const taken = await Promise.allSettled(holders.map((holder) => takeGpus(holder, [request('main', 1)], gpus)));
    const given = taken.flatMap((result) => (result.status === 'fulfilled' ? Object.values(idsOf(result.value)) : []));
    expect(given.flat().sort()).toEqual([...ids()].sort());
  });

  test('keeps what the experiment has already', async () => {
    const a = await holderOf('a');
    const held = await takeGpus(a, [request('main', 1)], gpus);
    const more = await takeGpus(a, [request('other', 1)], gpus, held);
    expect(idsOf(more)).toEqual({ main: [ids()[0]], other: [ids()[1]] });
    expect(Object.keys(recordedGpus(a.folder))).toHaveLength(2);
  });
});

describe('giving back', () => {
  test('one process after the other: a GPU that the next one takes over stays taken', async () => {
    const [a, b] = [await holderOf('a'), await holderOf('b')];
    const held = await takeGpus(a, [request('prepare', 1), request('train', 1, 'prepare')], gpus.slice(0, 1));
    const [id = ''] = ids();
    expect(readGpuHolders()[id]?.processes).toEqual(['prepare', 'train']);
    await recordGpus(a, { train: held.train ?? [] });
    expect(readGpuHolders()[id]?.processes).toEqual(['train']);
    await expect(takeGpus(b, [request('main', 1)], gpus.slice(0, 1))).rejects.toThrow('train of experiment a');
    await recordGpus(a, {});
    await takeGpus(b, [request('main', 1)], gpus.slice(0, 1));
  });

  test('everything, or with the folder of the experiment', async () => {
    const [a, b] = [await holderOf('a'), await holderOf('b')];
    await takeGpus(a, [request('main', 3)], gpus);
    await releaseGpus(a.folder);
    await takeGpus(b, [request('main', 3)], gpus);
    await rm(b.folder, { recursive: true });
    expect(existsSync(b.folder)).toBe(false);
    await takeGpus(a, [request('main', 3)], gpus);
  });
});

test('what a lost register said is written again, except what another experiment has got meanwhile', async () => {
  const [a, b] = [await holderOf('a'), await holderOf('b')];
  const held = await takeGpus(a, [request('main', 2)], gpus);
  await releaseGpus(a.folder);
  const [first, second] = ids();
  await takeGpus(b, [request('main', 1)], gpus);
  expect((await recordGpus(a, held)).map(({ id }) => id)).toEqual([first]);
  expect(recordedGpus(a.folder)).toEqual({ [second ?? '']: ['main'] });
  expect(recordedGpus(b.folder)).toEqual({ [first ?? '']: ['main'] });
});
