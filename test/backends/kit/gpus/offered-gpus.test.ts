import { describe, expect, test } from 'vitest';
import type { ListedGpu } from '../../../../src/backends/kit/gpus/gpu.ts';
import { type GpusSetting, offeredGpus } from '../../../../src/backends/kit/gpus/offered-gpus.ts';

const nvidia = (index: number, memory = 0): ListedGpu => ({
  gpu: { id: `GPU-${index}${index}`, index, vendor: 'nvidia' },
  use: { memory, memoryTotal: 100 },
});
const amd = (index: number): ListedGpu => ({ gpu: { id: `GPU-${index}`, index, vendor: 'amd' }, use: {} });
const part = (id: string, index: number): ListedGpu => ({
  gpu: { id, vendor: 'nvidia', isPart: true },
  use: {},
  partOf: { id: `GPU-${index}${index}`, index },
});

const four = [0, 1, 2, 3].map((index) => nvidia(index));

function offer(
  gpus: readonly ListedGpu[],
  setting: GpusSetting = 'auto',
  variables: Readonly<Record<string, string>> = {},
): string[] {
  return offeredGpus({ gpus }, setting, variables).gpus.map(({ id }) => id);
}

describe('the setting', () => {
  test.for<[GpusSetting, string[]]>([
    ['auto', ['GPU-00', 'GPU-11', 'GPU-22', 'GPU-33']],
    ['none', []],
    [0, []],
    [2, ['GPU-00', 'GPU-11']],
    ['2', ['GPU-00', 'GPU-11']],
    [9, ['GPU-00', 'GPU-11', 'GPU-22', 'GPU-33']],
    ['2,0', ['GPU-22', 'GPU-00']],
    [[3], ['GPU-33']],
    [
      ['GPU-11', 0, 1],
      ['GPU-11', 'GPU-00'],
    ],
    ['GPU-3', ['GPU-33']],
  ])('%j', ([setting, expected]) => {
    expect(offer(four, setting)).toEqual(expected);
  });

  test('that names a GPU which is not there offers none, and says so', () => {
    expect(offeredGpus({ gpus: four }, [0, 7], {})).toEqual({
      gpus: [],
      problem: 'the setting gpus names 7, and this machine has 0, 1, 2, 3',
    });
  });

  test('is believed where no tool lists a GPU', () => {
    expect(offer([], 2)).toEqual(['0', '1']);
    expect(offer([], [1, 'GPU-abc', 'MIG-def'])).toEqual(['1', 'GPU-abc', 'MIG-def']);
    expect(offeredGpus({ gpus: [] }, ['MIG-def'], {}).gpus).toEqual([
      { id: 'MIG-def', vendor: 'unknown', isPart: true },
    ]);
  });
});

describe('the variables of the launching shell', () => {
  test.for<[string, string[]]>([
    ['1,3', ['GPU-11', 'GPU-33']],
    ['GPU-22', ['GPU-22']],
    ['GPU-2', ['GPU-22']],
    ['1, 2', ['GPU-11', 'GPU-22']],
    ['', []],
    ['-1', []],
    ['NoDevFiles', []],
    ['0,9,1', ['GPU-00']],
    ['1,1', ['GPU-11']],
  ])('CUDA_VISIBLE_DEVICES=%s', ([CUDA_VISIBLE_DEVICES, expected]) => {
    expect(offer(four, 'auto', { CUDA_VISIBLE_DEVICES })).toEqual(expected);
  });

  test('limit what a setting names or counts', () => {
    expect(offer(four, [0, 1, 2], { CUDA_VISIBLE_DEVICES: '2,3' })).toEqual(['GPU-22']);
    expect(offer(four, [3, 0], { CUDA_VISIBLE_DEVICES: '2,3' })).toEqual(['GPU-33']);
    expect(offer(four, 1, { CUDA_VISIBLE_DEVICES: '2,3' })).toEqual(['GPU-22']);
    expect(offeredGpus({ gpus: four }, 'auto', { CUDA_VISIBLE_DEVICES: '2' }).problem).toBe(
      'CUDA_VISIBLE_DEVICES of the launching shell leaves 1 of 4',
    );
  });

  test('are believed where no tool lists a GPU', () => {
    expect(offer([], 'auto', { CUDA_VISIBLE_DEVICES: '2,3' })).toEqual(['2', '3']);
    expect(offer([], 'auto', { CUDA_VISIBLE_DEVICES: '-1' })).toEqual([]);
    expect(offer([], 3, { CUDA_VISIBLE_DEVICES: '1' })).toEqual(['1']);
  });

  test('choose parts of a GPU by themselves, or all of one by its index', () => {
    const machine = [part('MIG-a', 0), part('MIG-b', 0), nvidia(1)];
    expect(offer(machine, 'auto', { CUDA_VISIBLE_DEVICES: 'MIG-b' })).toEqual(['MIG-b']);
    expect(offer(machine, 'auto', { CUDA_VISIBLE_DEVICES: '0' })).toEqual(['MIG-a', 'MIG-b']);
    expect(offer(machine, [1])).toEqual(['GPU-11']);
  });

  test('of ROCm: HIP counts what ROCR leaves', () => {
    const machine = [0, 1, 2, 3].map(amd);
    expect(offer(machine)).toHaveLength(4);
    expect(offer(machine, 'auto', { ROCR_VISIBLE_DEVICES: '1,3' })).toEqual(['GPU-1', 'GPU-3']);
    expect(offer(machine, 'auto', { ROCR_VISIBLE_DEVICES: '1,3', HIP_VISIBLE_DEVICES: '1' })).toEqual(['GPU-3']);
    expect(offer(machine, 'auto', { HIP_VISIBLE_DEVICES: '2' })).toEqual(['GPU-2']);
    expect(offer(machine, 'auto', { CUDA_VISIBLE_DEVICES: '0' })).toEqual(['GPU-0']);
    expect(offer(machine, 'auto', { HIP_VISIBLE_DEVICES: '-1' })).toEqual([]);
    expect(offer(machine, 'auto', { HIP_VISIBLE_DEVICES: '' })).toEqual([]);
  });
});

test('a GPU that other programs use comes last', () => {
  expect(offer([nvidia(0, 60), nvidia(1, 5), nvidia(2, 11), nvidia(3)])).toEqual([
    'GPU-11',
    'GPU-33',
    'GPU-00',
    'GPU-22',
  ]);
});

test('the problem of a tool is passed on only if there is nothing to offer', () => {
  const problem = 'nvidia-smi did not answer within 10 s';
  expect(offeredGpus({ gpus: [], problem }, 'auto', {})).toEqual({ gpus: [], problem });
  expect(offeredGpus({ gpus: [], problem }, 2, {}).problem).toBeUndefined();
});
