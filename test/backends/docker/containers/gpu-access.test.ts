import { describe, expect, it } from 'vitest';
import { anyGpus, gpuAccess } from '../../../../src/backends/docker/containers/gpu-access.ts';
import type { Gpu } from '../../../../src/backends/kit/gpus/gpu.ts';

const nvidia: Gpu = { id: 'GPU-12ab', index: 3, vendor: 'nvidia' };
const unlisted: Gpu = { id: '0', vendor: 'unknown' };
const docker = { isPodman: false };

describe('gpuAccess', () => {
  it('requests a GPU that no tool lists as one of NVIDIA', () => {
    expect(gpuAccess([unlisted], {}, docker).requests).toMatchObject([{ Driver: '', DeviceIDs: ['0'] }]);
    expect(gpuAccess([unlisted], {}, { isPodman: true }).requests).toMatchObject([{ DeviceIDs: ['nvidia.com/gpu=0'] }]);
  });

  it.each([
    ['a device of the GPU', { Devices: [{ PathOnHost: '/dev/nvidia0' }] }],
    ['the runtime', { Runtime: 'nvidia' }],
    ['a request', { DeviceRequests: [{ Count: -1 }] }],
  ])('requests nothing if the declaration has %s', (_, declared) => {
    expect(gpuAccess([nvidia, unlisted], declared, docker)).toEqual({ requests: [], devices: [] });
  });

  it('takes other devices for access to GPUs that no tool lists, not for access to NVIDIA', () => {
    const declared = { Devices: [{ PathOnHost: '/dev/dri' }], Runtime: 'crun' };
    expect(gpuAccess([unlisted], declared, docker).requests).toEqual([]);
    expect(gpuAccess([nvidia], declared, docker).requests).toHaveLength(1);
  });
});

it('any GPUs are those with the first numbers, unless the declaration gives them', () => {
  const names = ['nvidia.com/gpu=0', 'nvidia.com/gpu=1'];
  expect(anyGpus(2, {}, docker)).toMatchObject([{ Count: 2 }]);
  expect(anyGpus(2, {}, { isPodman: true })).toEqual([{ Driver: 'cdi', DeviceIDs: names }]);
  expect(anyGpus(2, { Runtime: 'nvidia' }, docker)).toEqual([]);
});
