import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatAddress } from '../../../../engine/text/format-address.ts';
import type { Kubeconfig } from './kubeconfig-file.ts';

/** The folder in which Kubernetes mounts the credentials of a pod's service account. */
export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The configuration for access from inside a pod; undefined outside of pods, or if the pod has no service account. */
export function inClusterConfig(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): Kubeconfig | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  const [token, authority, namespaceFile] = ['token', 'ca.crt', 'namespace'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  if (!host || !port || !existsSync(token)) return undefined;
  const namespace =
    env.POD_NAMESPACE || (existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : undefined);
  const user = "the pod's service account";
  return {
    clusters: new Map([
      [
        'in-cluster',
        {
          server: `https://${formatAddress(host, Number(port))}`,
          ...(existsSync(authority) && { 'certificate-authority': authority }),
        },
      ],
    ]),
    users: new Map([[user, { tokenFile: token }]]),
    contexts: new Map([['in-cluster', { cluster: 'in-cluster', user, ...(namespace && { namespace }) }]]),
    currentContext: 'in-cluster',
  };
}
