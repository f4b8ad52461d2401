import type { BackendCheck } from '../../engine/backend-registry.ts';
import { KubeClient } from './api/kube-client.ts';
import type { KubeOptions } from './api/kube-options.ts';
import { loadKubeConfig } from './api/load-kube-config.ts';

interface Right {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Everywhere, not in one namespace. */
  readonly everywhere?: boolean;
}

/** What experiments need that have a namespace of their own. */
const needed: readonly Right[] = [
  { verb: 'create', resource: 'namespaces', everywhere: true },
  { verb: 'delete', resource: 'namespaces', everywhere: true },
  { verb: 'list', resource: 'configmaps', everywhere: true },
  { verb: 'list', resource: 'pods', everywhere: true },
  { verb: 'watch', resource: 'pods', everywhere: true },
  { verb: 'create', resource: 'pods' },
  { verb: 'delete', resource: 'pods' },
  { verb: 'patch', resource: 'pods' },
  { verb: 'create', resource: 'configmaps' },
  { verb: 'create', resource: 'secrets' },
  { verb: 'create', resource: 'services' },
  { verb: 'get', resource: 'pods', subresource: 'log' },
  { verb: 'get', resource: 'pods', subresource: 'exec' },
  { verb: 'create', resource: 'pods', subresource: 'exec' },
  { verb: 'get', resource: 'pods', subresource: 'portforward' },
  { verb: 'list', resource: 'events' },
];

/** Server, version, and what this user may do there. @throws SymphonyError if the server cannot be reached */
export async function checkKube(options: KubeOptions): Promise<BackendCheck> {
  const client = new KubeClient(loadKubeConfig(options));
  try {
    const { context, server, namespace, user } = client.identity;
    const version = await client.request<{ gitVersion: string }>({
      path: '/version',
      doing: 'read its version',
      timeout: 5,
    });
    const missing = await missingRights(client, namespace);
    const where = `context ${context}, Kubernetes ${version.gitVersion} at ${server}, as ${user}`;
    const inOneNamespace = missing.every(({ everywhere }) => everywhere);
    if (missing.length === 0) return { works: true, detail: where };
    const named = missing.map(describe).join(', ');
    return inOneNamespace
      ? {
          works: true,
          detail: `${where}; only in namespace ${namespace} (kube: { namespace: ${namespace} }), for lack of the right to ${named}`,
        }
      : { works: false, detail: `${where}, who may not ${named}` };
  } finally {
    client.close();
  }
}

/** Asks the server itself (self subject access reviews). */
async function missingRights(client: KubeClient, namespace: string): Promise<readonly Right[]> {
  const answers = await Promise.all(
    needed.map(async (right) => {
      const { verb, resource, subresource, everywhere } = right;
      const resourceAttributes = {
        verb,
        resource,
        ...(subresource && { subresource }),
        ...(!everywhere && { namespace }),
      };
      const review = await client.request<{ status: { allowed: boolean } }>({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } },
        doing: 'ask for its rights',
        timeout: 10,
      });
      return { right, allowed: review.status.allowed };
    }),
  );
  return answers.filter(({ allowed }) => !allowed).map(({ right }) => right);
}

function describe({ verb, resource, subresource, everywhere }: Right): string {
  return `${verb} ${resource}${subresource ? `/${subresource}` : ''}${everywhere && resource !== 'namespaces' ? ' in all namespaces' : ''}`;
}
