import { expect, it } from 'vitest';
import { buildPod } from '../../support/manifests.ts';

it('a container asks for what its process needs', () => {
  const resources = { cpu: 0.5, memory: '2Gi', gpu: 1 };
  expect(buildPod({ resources }).container.resources).toEqual({
    requests: { cpu: '500m', memory: '2Gi', 'nvidia.com/gpu': '1' },
    limits: { memory: '2Gi', 'nvidia.com/gpu': '1' },
  });
  const kube = {
    gpuResource: 'amd.com/gpu',
    requests: { memory: '1Gi', 'ephemeral-storage': '10Gi' },
    limits: { cpu: 4 },
  };
  expect(buildPod({ resources, kube }).container.resources).toEqual({
    requests: { cpu: '500m', memory: '1Gi', 'amd.com/gpu': '1', 'ephemeral-storage': '10Gi' },
    limits: { cpu: '4', memory: '2Gi', 'amd.com/gpu': '1' },
  });
  expect(buildPod({}).container).not.toHaveProperty('resources');
  expect(buildPod({ resources: { gpu: 0 } }).container).not.toHaveProperty('resources');
});
