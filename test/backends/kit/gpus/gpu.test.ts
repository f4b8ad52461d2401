import { describe, expect, test } from 'vitest';
import { describeGpu, type Gpu, gpuEnvironment } from '../../../../src/backends/kit/gpus/gpu.ts';

const nvidia = (id: string): Gpu => ({ id, vendor: 'nvidia' });

describe('the environment', () => {
  test('names NVIDIA GPUs, and those that no tool lists, to CUDA', () => {
    expect(gpuEnvironment([nvidia('GPU-a'), nvidia('GPU-b')])).toEqual({ CUDA_VISIBLE_DEVICES: 'GPU-a,GPU-b' });
    expect(gpuEnvironment([{ id: '3', vendor: 'unknown' }])).toEqual({ CUDA_VISIBLE_DEVICES: '3' });
  });

  test('names AMD GPUs to ROCR, and numbers for HIP what is visible then', () => {
    const gpus: Gpu[] = [
      { id: 'GPU-5f1a3b2c4d6e7f80', vendor: 'amd' },
      { id: '3', vendor: 'amd' },
    ];
    expect(gpuEnvironment(gpus)).toEqual({
      ROCR_VISIBLE_DEVICES: 'GPU-5f1a3b2c4d6e7f80,3',
      HIP_VISIBLE_DEVICES: '0,1',
      CUDA_VISIBLE_DEVICES: '0,1',
    });
  });

  test('hides every GPU from a process that has none', () => {
    expect(gpuEnvironment([])).toEqual({
      CUDA_VISIBLE_DEVICES: '-1',
      ROCR_VISIBLE_DEVICES: '-1',
      HIP_VISIBLE_DEVICES: '-1',
    });
  });
});

test('a GPU is described by its number and name as far as they are known', () => {
  expect(describeGpu({ id: 'GPU-a', index: 2, vendor: 'nvidia', name: 'NVIDIA L4' })).toBe('GPU 2 (NVIDIA L4)');
  expect(describeGpu({ id: '1', index: 1, vendor: 'amd' })).toBe('GPU 1');
  expect(describeGpu({ id: 'GPU-a', vendor: 'unknown' })).toBe('GPU-a');
  const part: Gpu = { id: 'MIG-1', vendor: 'nvidia', name: 'MIG device 1g.5gb', isPart: true };
  expect(describeGpu(part)).toBe('MIG device 1g.5gb (MIG-1)');
});
