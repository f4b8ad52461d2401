import { expect, it } from 'vitest';
import { quotaReason } from '../../../../src/backends/kube/api/quota-reason.ts';

it('explains a refusal by a quota', () => {
  const message =
    'pods "a" is forbidden: exceeded quota: team, requested: limits.memory=4Gi,pods=1, used: limits.memory=8Gi,pods=2, limited: limits.memory=10Gi,pods=10';
  expect(quotaReason(message)).toBe(
    'the quota team of its namespace is used up: it asks for limits.memory=4Gi,pods=1; limits.memory=8Gi,pods=2 of limits.memory=10Gi,pods=10 are in use',
  );
  expect(quotaReason('pods "a" is forbidden: failed quota: team: must specify limits.memory,requests.cpu')).toBe(
    'the quota team of its namespace wants limits.memory,requests.cpu to be set; set resources, or kube.requests and kube.limits',
  );
  expect(quotaReason('pods "a" is forbidden: no')).toBeUndefined();
});
