import type {
  Backend,
  DeleteOptions,
  DeleteResult,
  DeletionPreview,
  ExperimentDescription,
  LaunchOptions,
  WatchOptions,
} from '../../engine/contract/backend.ts';
import type { Capabilities } from '../../engine/contract/capabilities.ts';
import { abortError, SymphonyError, throwIfAborted } from '../../engine/contract/errors.ts';
import type { LogLine, LogOptions } from '../../engine/contract/logs.ts';
import type { Plan } from '../../engine/contract/plan.ts';
import type { ExperimentStatus, ProcessReference, ProcessStatus } from '../../engine/contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../engine/contract/watch.ts';
import { readSetting } from '../../engine/settings/config.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolve/resolved-experiment.ts';
import { requireProcesses } from './actions/pods-of-processes.ts';
import { hasMetrics } from './actions/sample-metrics.ts';
import type { KubeOptions } from './api/credentials/kube-options.ts';
import { loadKubeConfig } from './api/credentials/load-kube-config.ts';
import { KubeClient } from './api/kube-client.ts';
import { retryWhileUnavailable } from './api/retry-while-unavailable.ts';
import { deleteExperiment } from './delete/delete-experiment.ts';
import { findOthers } from './delete/find-others.ts';
import { noteRequest } from './events/note-request.ts';
import { knownNamespaces, rememberNamespace } from './known-namespaces.ts';
import { kubeCapabilities } from './kube-capabilities.ts';
import { launchExperiment } from './launch/launch-experiment.ts';
import { kubeLogs } from './logs/kube-logs.ts';
import type { KubeLocation } from './manifests/object-names.ts';
import { loadNodePools } from './pools/load-node-pools.ts';
import { launchedNotes, locateExperiment, type PlanOptions, planOnKube } from './section/kube-plan.ts';
import { describeEntry } from './watch/describe-entry.ts';
import { locationKey } from './watch/experiment-names.ts';
import { extendScope, findScope, type Scope } from './watch/find-experiments.ts';
import {
  type ListedExperiment,
  listExperimentNames,
  listExperiments,
  readExperiment,
} from './watch/list-experiments.ts';
import { watchExperiments } from './watch/watch-experiments.ts';

/** What connecting has found out about a cluster. */
interface Discovery {
  readonly scope: Scope;
  /** Whether the cluster serves the metrics API. */
  readonly hasMetrics: boolean;
}

/**
 * Runs experiments as pods of a Kubernetes cluster. All state is in the cluster, so that every client sees the same.
 */
export class KubeBackend implements Backend {
  readonly name = 'kube';
  readonly history = 'on-ended';
  readonly tells = ['webhook'] as const;
  readonly place: string;
  readonly capabilities: Capabilities;
  origin: string | undefined;
  readonly #client: KubeClient;
  readonly #plan: PlanOptions;
  #scope: Scope;

  /** @throws SymphonyError `backend-unavailable` if the server does not answer within seconds, or refuses the user */
  static async connect(
    options: KubeOptions,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<KubeBackend> {
    throwIfAborted(signal);
    const client = new KubeClient(loadKubeConfig(options));
    const onAbort = () => client.close();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const known = await knownNamespaces(client.identity.server);
      const [scope, nodePools, measures] = await Promise.all([
        findScope(client, { preferred: options.namespace, known }),
        options.nodePools === undefined ? [] : loadNodePools(options.nodePools, client),
        // If the server cannot be reached, the other calls report it.
        hasMetrics(client).catch(() => false),
      ]);
      return new KubeBackend(client, { ...options, nodePools }, { scope, hasMetrics: measures });
    } catch (error) {
      client.close();
      throw signal?.aborted ? abortError(signal) : error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  private constructor(client: KubeClient, options: PlanOptions, { scope, hasMetrics }: Discovery) {
    this.#client = client;
    this.place = `context ${client.identity.context}`;
    this.#plan = options;
    this.#scope = scope;
    const read = (name: string) => this.#read(name);
    const watch = (experiment: string, signal: AbortSignal) => this.watch({ experiment, signal });
    this.capabilities = kubeCapabilities({ client, plan: options, hasMetrics, read, origin: () => this.origin, watch });
  }

  plan(experiment: ResolvedExperiment): Plan {
    return planOnKube(experiment, this.#plan);
  }

  async launch(experiment: ResolvedExperiment, options: LaunchOptions): Promise<ExperimentSnapshot> {
    const location = locateExperiment(experiment, this.#plan);
    const onCreate = () => this.#remember(location);
    const launch = { ...options, plan: this.#plan, scope: this.#scope, onCreate };
    await launchExperiment(this.#client, experiment, launch);
    const { index, entry } = await this.#read(locationKey(location));
    const time = entry.object?.metadata.creationTimestamp;
    await noteRequest(this.#client, location, { reason: 'Launched', origin: this.origin, time });
    return entry.snapshot((service) => index.service(entry, service));
  }

  async delete(name: string, options: DeleteOptions = {}): Promise<DeleteResult> {
    const { signal } = options;
    const find = () => readExperiment(this.#client, this.#scope, name, { signal });
    const { index, entry } = await retryWhileUnavailable(find, options);
    const known = { ...entry.known, launches: index.launches(entry) };
    const [result] = await Promise.all([
      deleteExperiment(this.#client, known, options),
      noteRequest(this.#client, known.location, { reason: 'DeleteRequested', origin: this.origin }),
    ]);
    return { ...result, name };
  }

  async previewDeletion(name: string): Promise<DeletionPreview> {
    const { location } = (await this.#read(name)).entry.known;
    if (!location.ownNamespace) return { others: [], notes: [] };
    const { found, unseen } = await findOthers(this.#client, location);
    if (unseen.length === 0) return { others: found, notes: [] };
    const kinds =
      unseen.length > 4 ? `${unseen.slice(0, 3).join(', ')} and ${unseen.length - 3} more` : unseen.join(', ');
    const note = `This user may not list some kinds of objects (${kinds}); such objects in namespace ${location.namespace} are deleted with it.`;
    return { others: found, notes: [note] };
  }

  async listExperiments(): Promise<readonly ExperimentStatus[]> {
    const index = await listExperiments(this.#client, this.#scope);
    return index.snapshots().map(({ experiment }) => experiment);
  }

  async listExperimentNames(options: { readonly wanted?: string } = {}): Promise<readonly string[]> {
    return listExperimentNames(this.#client, this.#scope, options.wanted);
  }

  async listProcesses(experiment: string): Promise<readonly ProcessStatus[]> {
    return (await this.#read(experiment)).entry.statuses;
  }

  async describeExperiment(name: string): Promise<ExperimentDescription> {
    const { index, entry } = await this.#read(name);
    const { context, server } = this.#client.identity;
    return describeEntry(index, entry, { where: `in context ${context} (${server})`, notesOf: launchedNotes });
  }

  async spec(name: string): Promise<ExperimentSpec> {
    const { entry } = await this.#read(name);
    if (!entry.isRemains) return entry.record.spec;
    throw new SymphonyError('failed', `The spec of experiment ${name} is not known: ${entry.condition.reason}.`);
  }

  watch(options: WatchOptions = {}): AsyncIterable<WatchEvent> {
    return watchExperiments(this.#client, this.#scope, options);
  }

  async *logBatches(
    experiment: string,
    processes: readonly ProcessReference[],
    options: LogOptions = {},
  ): AsyncGenerator<readonly LogLine[]> {
    const { entry } = await this.#read(experiment);
    requireProcesses(entry, processes);
    yield* kubeLogs(this.#client, entry, processes, options, await readSetting('logStreams'));
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  /** Lists anew for each call: a client keeps no state of the cluster, which other clients change as well. */
  #read(name: string): Promise<ListedExperiment> {
    return readExperiment(this.#client, this.#scope, name);
  }

  /** Includes the namespace in listings from now on, in this client and in later ones on this machine. */
  async #remember({ namespace, ownNamespace }: KubeLocation): Promise<void> {
    if (ownNamespace) return;
    await rememberNamespace(this.#client.identity.server, namespace);
    this.#scope = extendScope(this.#scope, namespace);
  }
}
