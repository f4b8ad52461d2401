import type { CallOptions, KubeClient } from './api/kube-client.ts';

/** What a right allows. */
export interface Access {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly group?: string;
  /** Needed in all namespaces, not only in one. */
  readonly isClusterWide?: boolean;
}

/** Asks the server, through self subject access reviews, which of these rights this user lacks. */
export async function missingRights<Right extends Access>(
  client: KubeClient,
  wanted: readonly Right[],
  namespace: string,
  { signal }: CallOptions = {},
): Promise<readonly Right[]> {
  const answers = await Promise.all(
    wanted.map(async (right) => {
      const { verb, resource, subresource, group, isClusterWide } = right;
      const resourceAttributes = {
        verb,
        resource,
        ...(subresource && { subresource }),
        ...(group && { group }),
        ...(!isClusterWide && { namespace }),
      };
      const review = await client.request<{ status?: { allowed?: boolean } }>({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } },
        operation: 'create selfsubjectaccessreviews',
        signal,
      });
      return { right, allowed: review.status?.allowed === true };
    }),
  );
  return answers.filter(({ allowed }) => !allowed).map(({ right }) => right);
}

/** `create deployments.apps in all namespaces` */
export function describeRight({ verb, resource, subresource, group, isClusterWide }: Access): string {
  const where = isClusterWide && resource !== 'namespaces' ? ' in all namespaces' : '';
  return `${verb} ${resource}${group ? `.${group}` : ''}${subresource ? `/${subresource}` : ''}${where}`;
}
