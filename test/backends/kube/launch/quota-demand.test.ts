import { expect, it } from 'vitest';
import { quotaDemand } from '../../../../src/backends/kube/launch/quota-demand.ts';

const object = (kind: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', labels: {} },
  spec,
});
const container = (requests: object, limits: object = {}) => ({ resources: { requests, limits } });

it('adds up what all objects take', () => {
  const pod = object('Pod', {
    containers: [
      container({ cpu: '500m', memory: '1Gi', 'nvidia.com/gpu': '2' }, { memory: '1Gi' }),
      container({ cpu: 1 }),
    ],
    initContainers: [container({ cpu: '2', memory: '10Mi' })],
  });
  const services = [object('Service', { type: 'LoadBalancer', ports: [{}, {}] }), object('Service', { ports: [{}] })];
  const counted = [{ object: pod, count: 3 }, ...services.map((object) => ({ object, count: 1 }))];
  expect(quotaDemand([...counted, { object: object('Secret'), count: 2 }])).toEqual({
    pods: 3,
    'count/pods': 3,
    cpu: 6,
    'requests.cpu': 6,
    memory: 3 * 2 ** 30,
    'requests.memory': 3 * 2 ** 30,
    'requests.nvidia.com/gpu': 6,
    'limits.memory': 3 * 2 ** 30,
    services: 2,
    'count/services': 2,
    'services.loadbalancers': 1,
    'services.nodeports': 2,
    secrets: 2,
    'count/secrets': 2,
  });
});
