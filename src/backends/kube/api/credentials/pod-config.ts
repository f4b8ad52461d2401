import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SymphonyError } from '../../../../engine/contract/errors.ts';
import type { Authentication, CredentialSource } from './credentials.ts';
import { inClusterConfig } from './in-cluster.ts';
import type { LoadedKubeConfig } from './load-kube-config.ts';

/**
 * The configuration of a program that runs in a pod, from its service account alone. It needs no client library, which
 * a program that is carried into a pod has no room for.
 * @param folder in which Kubernetes mounts the credentials of the service account
 * @throws SymphonyError `backend-unavailable` outside of pods, or if the pod has no service account
 */
export function loadPodConfig(env: Readonly<Record<string, string | undefined>>, folder: string): LoadedKubeConfig {
  const config = inClusterConfig(env, folder);
  const [context] = [...(config?.contexts ?? [])];
  const [cluster] = [...(config?.clusters.values() ?? [])];
  if (context === undefined || cluster?.server === undefined) {
    throw new SymphonyError('backend-unavailable', `There is no service account in ${folder}.`);
  }
  const [name, { user = '', namespace = 'default' }] = context;
  return {
    identity: { context: name, server: cluster.server, user, namespace },
    credentials: new AccountCredentials(folder),
    proxy: undefined,
  };
}

/** Authenticates by the token of a service account. The files are read for each request: Kubernetes replaces them. */
class AccountCredentials implements CredentialSource {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async authenticate(): Promise<Authentication> {
    const [token, ca] = await Promise.all([
      readFile(join(this.#folder, 'token'), 'utf8'),
      readFile(join(this.#folder, 'ca.crt')).catch(() => undefined),
    ]);
    return {
      options: { headers: { Authorization: `Bearer ${token.trim()}` }, ...(ca && { ca }) },
      refused: async () => false,
    };
  }

  close(): void {}
}
