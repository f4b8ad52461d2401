import { expect, test } from 'vitest';
import { slim } from '../../../../src/backends/kube/status/pod-json.ts';

test('of a pod only what a status is derived from is kept', () => {
  const metadata = { name: 'p', uid: 'u', annotations: { a: 'b' } };
  const container = { name: 'main', image: 'i', resources: { limits: { memory: '1Gi' } } };
  const spec = { nodeName: 'n', restartPolicy: 'Never', schedulerName: 's', containers: [container] };
  const status = { phase: 'Running' };
  const full = {
    kind: 'Pod',
    metadata: { ...metadata, managedFields: [{ manager: 'kubelet' }] },
    spec: { ...spec, volumes: [{ name: 'v' }], containers: [{ ...container, env: [{ name: 'A', value: '1' }] }] },
    status,
  };
  expect(slim(full)).toEqual({ metadata, spec, status });
});

test('any other object keeps its content', () => {
  expect(slim({ metadata: { name: 'c' }, data: { spec: '{}' } })).toEqual({
    metadata: { name: 'c' },
    data: { spec: '{}' },
  });
});
