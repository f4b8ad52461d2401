import { describe, expect, it } from 'vitest';
import type { CreateCall } from '../../../../src/backends/docker/containers/create-call-body.ts';
import { runCall } from '../../../../src/backends/docker/containers/run-call.ts';
import type { Gpu } from '../../../../src/backends/kit/gpus/gpu.ts';
import { callOf } from '../support/calls.ts';

const common = callOf({ docker: { devices: ['/dev/fuse'] } }) as unknown as CreateCall;
const nvidia: Gpu = { id: 'GPU-12ab', index: 3, vendor: 'nvidia' };
const docker = { isPodman: false };

describe('runCall', () => {
  it('has the number of the run, and otherwise what all runs have', () => {
    const call = runCall(common, 4, undefined, docker);
    expect(call).toEqual({ ...common, Labels: { ...(common.Labels as object), 'symphony.run': '4' } });
  });

  it('requests the GPUs of the run by their ids', () => {
    const call = runCall(common, 1, [nvidia], docker);
    expect(call).toMatchObject({
      Env: expect.arrayContaining(['CUDA_VISIBLE_DEVICES=GPU-12ab']),
      HostConfig: { DeviceRequests: [{ DeviceIDs: ['GPU-12ab'], Capabilities: [['gpu']] }] },
    });
  });

  it('requests them of Podman by the names of the Container Device Interface', () => {
    const { HostConfig } = runCall(common, 1, [nvidia], { isPodman: true });
    expect(HostConfig).toMatchObject({
      Devices: [{ PathOnHost: '/dev/fuse' }],
      DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=3'] }],
    });
  });

  it('numbers GPUs without UUIDs as the container does, which sees no others', () => {
    const gpus: readonly Gpu[] = ['2', '5'].map((id) => ({ id, vendor: 'unknown' }));
    const own = runCall(callOf({}) as unknown as CreateCall, 1, gpus, docker);
    expect(own).toMatchObject({
      Env: expect.arrayContaining(['CUDA_VISIBLE_DEVICES=0,1']),
      HostConfig: { DeviceRequests: [{ DeviceIDs: ['2', '5'] }] },
    });
    // Those that are only named are seen with all others.
    expect(runCall(common, 1, gpus, docker).Env).toContain('CUDA_VISIBLE_DEVICES=2,5');
  });

  it('gives access to the devices of AMD', () => {
    const call = runCall(common, 1, [{ id: '0', index: 0, vendor: 'amd' }], docker);
    expect(call).toMatchObject({
      Env: expect.arrayContaining(['ROCR_VISIBLE_DEVICES=0']),
      HostConfig: { Devices: [{}, { PathOnHost: '/dev/kfd' }, { PathOnHost: '/dev/dri' }] },
    });
  });
});

it('any GPUs of another machine are requested by their number', () => {
  const remote = callOf({ resources: { gpu: 2 } }, { facts: { isLocal: false } });
  expect(remote.HostConfig.DeviceRequests).toMatchObject([{ Count: 2 }]);
  expect(callOf({ resources: { gpu: 2 } }).HostConfig).not.toHaveProperty('DeviceRequests');
});

it('a process that asks for no GPU sees none', () => {
  expect(callOf({ resources: { gpu: 0 } }).Env).toContain('CUDA_VISIBLE_DEVICES=-1');
});
