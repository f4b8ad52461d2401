import { loadKubeConfig } from '../../../../src/backends/kube/api/credentials/load-kube-config.ts';
import { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { labels, managedSelector } from '../../../../src/backends/kube/manifests/labels.ts';
import type { Cluster } from '../../../../src/engine/client/cluster.ts';
import type { LogLine, LogOptions } from '../../../../src/engine/contract/logs.ts';
import { formatProcess, type ProcessStatus } from '../../../../src/engine/contract/status.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { connectKube, supervisorImage } from '../../../support/connect-kube.ts';
import { Session } from '../../../support/session.ts';
import { temporaryHome } from '../../../support/temporary-home.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { makeServerReachable } from './reachable-server.ts';

/** Fields of every experiment of these tests. */
export const base = { image: 'docker.io/testcluster/node:1', kube: { imagePullPolicy: 'IfNotPresent' } };

/** The tools of a test: a cluster, experiments that are deleted after each test, and ways to observe them. */
export class KubeLab {
  readonly session: Session;
  /** A client with all rights. */
  readonly admin: KubeClient;
  readonly cluster: Cluster;
  readonly #endForwarding: () => Promise<void>;
  readonly #launched = new Set<string>();
  readonly #namespaces: string[];

  static async open(): Promise<KubeLab> {
    const session = new Session(await temporaryHome());
    session.env.SYMPHONY_BACKEND = 'kube';
    session.env.SYMPHONY_SUPERVISOR_IMAGE = supervisorImage;
    process.env.SYMPHONY_HOME = session.place.home;
    const admin = new KubeClient(loadKubeConfig({}));
    const endForwarding = await makeServerReachable(admin);
    return new KubeLab(session, admin, await connectKube({}), endForwarding);
  }

  private constructor(
    session: Session,
    admin: KubeClient,
    cluster: Cluster,
    endForwarding: () => Promise<void>,
    namespaces: string[] = [],
  ) {
    this.#endForwarding = endForwarding;
    this.#namespaces = namespaces;
    this.session = session;
    this.admin = admin;
    this.cluster = cluster;
  }

  /** The tools of one test, which has experiments of its own and shares the rest with the others of its file. */
  forTest(): KubeLab {
    return new KubeLab(this.session, this.admin, this.cluster, this.#endForwarding, this.#namespaces);
  }

  /** Deletes the experiment of this name after the test, too. */
  adopt(name: string): void {
    this.#launched.add(name);
  }

  spec(name: string, draft: object, baseDir = '/') {
    this.adopt(name);
    return parseSpec({ name, ...base, ...draft }, { baseDir });
  }

  async launch(name: string, draft: object, baseDir?: string): Promise<void> {
    await this.cluster.launch(this.spec(name, draft, baseDir));
  }

  /** Creates a namespace that does not belong to Symphony; it is deleted at the end. */
  async namespace(name: string): Promise<string> {
    await this.admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: {} } });
    this.#namespaces.push(name);
    return name;
  }

  /** Resolves with the status of a process once the condition holds. `timeout` is in seconds. */
  async until(
    name: string,
    target: string,
    condition: ProcessStatus['state'] | ((status: ProcessStatus) => unknown),
    timeout = 60,
  ): Promise<ProcessStatus> {
    const holds = typeof condition === 'string' ? ({ state }: ProcessStatus) => state === condition : condition;
    let last: ProcessStatus | undefined;
    const look = async () => {
      last = (await this.cluster.listProcesses(name)).find((status) => formatProcess(status) === target);
      return last !== undefined && holds(last) ? last : undefined;
    };
    try {
      return await waitFor(look, { timeout, what: `${name}/${target}` });
    } catch (error) {
      throw new Error(`${(error as Error).message} It is ${JSON.stringify(last)}.`, { cause: error });
    }
  }

  /** The lines of a process, once it has ended. */
  async lines(name: string, target = 'main'): Promise<string[]> {
    await this.until(name, target, ({ state }) => state === 'succeeded' || state === 'failed');
    return this.texts(name, target);
  }

  /** The lines that a process has written so far. */
  async texts(name: string, target = 'main', options: LogOptions = {}): Promise<string[]> {
    const lines = await Array.fromAsync(this.cluster.logs(name, [reference(target)], options));
    return lines.filter(({ kind }) => kind === 'line').map(({ text }) => text);
  }

  follow(name: string, target = 'main', options: LogOptions = {}): AsyncGenerator<LogLine> {
    return this.cluster.logs(name, [reference(target)], { ...options, follow: true });
  }

  /** The pods that a selector matches, in all namespaces or in one. */
  async pods(labelSelector: string, namespace?: string): Promise<readonly KubeObject[]> {
    return (await this.admin.list('Pod', { namespace, query: { labelSelector } })).items;
  }

  /** Every object of an experiment in any namespace, by kind and name. */
  async objects(name: string): Promise<string[]> {
    const labelSelector = `${managedSelector},${labels.experiment}=${name}`;
    const kinds = ['Namespace', 'Pod', 'Service', 'Secret', 'ConfigMap', 'Deployment', 'Role', 'RoleBinding'] as const;
    const lists = await Promise.all(
      kinds.map(async (kind) =>
        (await this.admin.list(kind, { query: { labelSelector } })).items.map((item) => ({ kind, item })),
      ),
    );
    return lists.flat().map(({ kind, item }) => `${kind} ${item.metadata.name}`);
  }

  /** Deletes what the test launched, and throws if anything is left. */
  async cleanUp(): Promise<void> {
    const names = [...this.#launched];
    this.#launched.clear();
    const existing = (await this.cluster.listExperiments()).map(({ name }) => name);
    const results = await this.cluster.deleteBatch(names.filter((name) => existing.includes(name)));
    const left = results.flatMap((result) => ('error' in result ? [result.error.message] : result.leftovers));
    const standing = (await Promise.all(names.map((name) => this.objects(name)))).flat();
    if (left.length + standing.length > 0) throw new Error(`These are left: ${[...left, ...standing].join(', ')}.`);
  }

  async close(): Promise<void> {
    for (const name of this.#namespaces) await this.admin.remove({ kind: 'Namespace', name });
    await this.cluster.close();
    await this.#endForwarding();
    this.admin.close();
    await this.session.place.remove();
  }
}

export function reference(target: string) {
  const [first = '', second] = target.split('/');
  return second === undefined ? { group: null, name: first } : { group: first, name: second };
}
