import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import { formatProcess, type ProcessReference } from '../../../engine/contract/status.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { labels, launchSelector } from '../manifests/labels.ts';
import { slim } from '../status/pod-json.ts';
import { podsOf } from '../status/process-pods.ts';
import { unresponsiveNode, unresponsiveNodeReason } from '../status/unready-pod.ts';
import type { KnownExperiment } from '../watch/find-experiments.ts';
import { runsOf } from './logged-runs.ts';
import { readProcess } from './read-process.ts';

type PodsByName = ReadonlyMap<string, readonly KubeObject[]>;

/** The logs of an experiment whose processes have ended. Its pods are listed once, however many logs are read. */
export class EndedLogs {
  readonly #client: KubeClient;
  readonly #known: KnownExperiment;
  #listing: Promise<PodsByName> | undefined;

  /** @param known with the launch whose logs are read first */
  constructor(client: KubeClient, known: KnownExperiment) {
    this.#client = client;
    this.#known = known;
  }

  /**
   * The lines of all kept runs of one process.
   * @throws SymphonyError `failed` after them if the node of a pod does not answer
   */
  async *batches(reference: ProcessReference, options: LogOptions): AsyncGenerator<readonly LogLine[]> {
    const byName = await this.#pods(options);
    const pods = podsOf(byName.get(reference.group ?? reference.name) ?? [], reference);
    const silent = pods.map(unresponsiveNode).find((node) => node !== undefined);
    const runs = pods.filter((pod) => unresponsiveNode(pod) === undefined).map((pod) => runsOf(pod, reference));
    yield* readProcess(this.#client, runs, reference, { ...options, all: true });
    if (silent === undefined) return;
    throw new SymphonyError('failed', `${formatProcess(reference)} cannot be read: ${unresponsiveNodeReason(silent)}.`);
  }

  /** By the name of the process or group. A failed list is not kept. */
  #pods(options: CallOptions): Promise<PodsByName> {
    this.#listing ??= this.#list(options).catch((error) => {
      this.#listing = undefined;
      throw error;
    });
    return this.#listing;
  }

  async #list({ signal }: CallOptions): Promise<PodsByName> {
    const { name, location, launches } = this.#known;
    const query = { labelSelector: launchSelector(name, ...launches.slice(0, 1)) };
    const { items } = await this.#client.list('Pod', { namespace: location.namespace, query, signal });
    const nameOf = ({ metadata }: KubeObject) =>
      metadata.labels?.[labels.member] ?? metadata.labels?.[labels.pastMember] ?? '';
    return Map.groupBy(items.map(slim), nameOf);
  }
}
