import { expect, it } from 'vitest';
import { exceededReason } from '../../../../src/backends/kube/launch/check-quotas.ts';

it('a quota that does not hold all of it is named, with what there is', () => {
  const quota = (hard: object, used: object, spec: object = {}) => ({
    metadata: { name: 'small', namespace: 'team' },
    spec: { hard, ...spec },
    status: { hard, used },
  });
  const demand = { pods: 4, 'requests.cpu': 2 };
  const hard = { pods: '6', 'requests.cpu': '3500m', 'count/other.example.com': '0' };
  expect(exceededReason(quota(hard, { pods: '2', 'requests.cpu': '1500m' }), demand)).toBeUndefined();
  expect(exceededReason(quota(hard, { pods: '3', 'requests.cpu': '1501m' }), demand)).toBe(
    'The quota small of namespace team is too small: all processes together ask for pods=4, requests.cpu=2; already used: pods: 3 of 6, requests.cpu: 1501m of 3500m',
  );
  const full = quota(hard, { pods: '6', 'requests.cpu': '3500m' });
  expect(exceededReason(full, demand, { pods: 4, 'requests.cpu': 2 })).toBeUndefined();
  expect(exceededReason(full, demand, { pods: 3, 'requests.cpu': 2 })).toContain('pods=4; already used: pods: 6 of 6');
  expect(exceededReason(quota({ pods: '0' }, {}, { scopes: ['BestEffort'] }), demand)).toBeUndefined();
});
