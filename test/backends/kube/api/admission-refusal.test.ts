import { expect, it } from 'vitest';
import { ApiError } from '../../../../src/backends/kube/api/api-error.ts';

const identity = { server: 'https://k', user: 'sarah', context: 'here', namespace: 'team' };

/** The user's message for a 403 with this text. */
function told(message: string): string {
  const body = { message, reason: 'Forbidden', code: 403 };
  const { message: text, hint } = new ApiError(403, body, 'create pods a in namespace team', identity as never);
  return `${text} ${hint ?? ''}`;
}

it('reports missing rights as such', () => {
  const said = 'pods is forbidden: User "sarah" cannot create resource "pods" in API group "" in the namespace "team"';
  expect(told(said)).toContain('for this right');
  expect(told(`pods "a" is forbidden: User "sarah" cannot get resource "pods" in API group ""`)).toContain('right');
  expect(told('some words of a proxy')).toContain('for this right');
});

it('explains why an object is not admitted, with a hint', () => {
  const admission = (why: string) => told(`pods "a" is forbidden: ${why}`);
  const account = admission('error looking up service account team/learner: serviceaccount "learner" not found');
  expect(account).toContain('there is no service account learner in namespace team');
  expect(account).toContain('kube.serviceAccount');
  expect(admission('no PriorityClass with name batch was found')).toContain('there is no PriorityClass batch');
  const range = admission('maximum memory usage per Container is 1Gi, but limit is 2Gi');
  expect(range).toContain(
    'a LimitRange of its namespace says: maximum memory usage per Container is 1Gi, but limit is 2Gi',
  );
  expect(admission('violates PodSecurity "restricted:latest": runAsNonRoot != true')).toContain('securityContext');
  expect(told('admission webhook "policy.example.com" denied the request: no latest tags')).toContain('no latest tags');
  for (const text of [account, range, admission('anything else')]) expect(text).not.toContain('right;');
});
