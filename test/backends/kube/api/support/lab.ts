import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as base, beforeAll } from 'vitest';
import { loadKubeConfig } from '../../../../../src/backends/kube/api/credentials/load-kube-config.ts';
import { KubeClient } from '../../../../../src/backends/kube/api/kube-client.ts';
import { type ApiServer, type Listening, listen, playServer } from './api-server.ts';
import { type Certificates, makeCertificates } from './certificates.ts';

export interface Parts {
  readonly cluster?: object;
  readonly user?: object;
}

/** A folder, servers and clients of one test, ended with it. */
export class Lab {
  readonly folder: string;
  readonly certificates: Certificates;
  readonly #closers: (() => unknown)[] = [];

  constructor(folder: string, certificates: Certificates) {
    this.folder = folder;
    this.certificates = certificates;
  }

  async file(name: string, content: string | object, mode = 0o600): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    await chmod(path, mode);
    return path;
  }

  /** A kubeconfig with the context `here`, of the user `sarah`. */
  kubeconfig(server: string, { cluster = {}, user = {} }: Parts = {}, name = 'kubeconfig'): Promise<string> {
    const authority = server.startsWith('https:') ? { 'certificate-authority': this.certificates.caFile } : {};
    return this.file(name, {
      clusters: [{ name: 'c', cluster: { server, ...authority, ...cluster } }],
      users: [{ name: 'sarah', user }],
      contexts: [{ name: 'here', context: { cluster: 'c', user: 'sarah', namespace: 'team' } }],
      'current-context': 'here',
    });
  }

  async server(answer: RequestListener, tls?: ServerOptions | 'tls'): Promise<ApiServer> {
    const server = await playServer(answer, tls === 'tls' ? this.certificates.server : tls);
    this.#closers.push(() => server.close());
    return server;
  }

  async listen(server: NetServer): Promise<Listening> {
    const listening = await listen(server);
    this.#closers.push(() => listening.close());
    return listening;
  }

  async client(server: string, parts?: Parts, env: Record<string, string> = {}): Promise<KubeClient> {
    const kubeconfig = await this.kubeconfig(server, parts);
    const client = new KubeClient(loadKubeConfig({ kubeconfig }, { env, serviceAccountFolder: this.folder }));
    this.#closers.push(() => client.close());
    return client;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close();
    await rm(this.folder, { recursive: true });
  }
}

let shared: { folder: string; certificates: Certificates };

const temporaryFolder = async () => realpath(await mkdtemp(join(tmpdir(), 'symphony-connection-')));

beforeAll(async () => {
  const folder = await temporaryFolder();
  shared = { folder, certificates: await makeCertificates(folder) };
});
afterAll(() => rm(shared.folder, { recursive: true }));

export const test = base.extend<{ lab: Lab }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are wanted
  lab: async ({}, use) => {
    const lab = new Lab(await temporaryFolder(), shared.certificates);
    await use(lab);
    await lab.close();
  },
});

/** The limit for what ends at once, or after a few seconds: it only tells an end from a wait without end, on a machine under load. */
export const generousSeconds = 30;

/** The error of a rejected promise, and the seconds that it took. */
export async function failureOf(
  promise: Promise<unknown>,
): Promise<{ error: Error & { code?: string; hint?: string }; seconds: number }> {
  const begun = performance.now();
  const error = await promise.then(
    () => {
      throw new Error('It did not fail.');
    },
    (error: Error) => error,
  );
  return { error, seconds: (performance.now() - begun) / 1000 };
}
