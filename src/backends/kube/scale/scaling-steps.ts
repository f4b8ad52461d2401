import { SymphonyError } from '../../../engine/contract/errors.ts';
import { advise } from '../../../engine/text/advice.ts';
import { keptIn } from '../actions/pod-template-store.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { inParallel } from '../api/parallel.ts';
import type { Kind } from '../api/resource-path.ts';
import { retryWhileUnavailable } from '../api/retry-while-unavailable.ts';
import { createAll } from '../launch/create-all.ts';
import { checkOnServer } from '../launch/dry-run.ts';
import type { ExperimentRecord } from '../manifests/experiment-record.ts';
import { labels, launchSelector } from '../manifests/labels.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { KubeLocation } from '../manifests/object-names.ts';
import { reservedTemplates, templatesRole } from '../manifests/pod-templates.ts';
import { variablesRole } from '../manifests/service-objects.ts';
import type { ScaledExperiment, ScalingPlan } from './plan-scaling.ts';
import { askToGo, endPods, removePods } from './remove-pods.ts';
import { restoredPodsChange, storedPodsChange, storePods } from './stored-pods.ts';

const undoMilliseconds = 180_000;
const removalReason = 'removed: the experiment is being scaled';

/** What was read of an experiment before it is scaled. */
type Place = Pick<ScaledExperiment, 'location' | 'record'>;

/** The steps of one change of the numbers of replicas, each of which can be repeated. */
export class ScalingSteps {
  readonly scaled: ScaledExperiment;
  readonly #client: KubeClient;
  /** The ConfigMaps with stored pods. */
  readonly #holders: readonly KubeObject[];

  /** Reads the objects of the launch. */
  static async begin(client: KubeClient, place: Place, options: LongCallOptions): Promise<ScalingSteps> {
    const { namespace, experiment } = place.location;
    const selector = launchSelector(experiment, place.record.launchId);
    const list = async (kind: Kind, role?: string) => {
      const labelSelector = role === undefined ? selector : `${selector},${labels.role}=${role}`;
      return (await client.list(kind, { namespace, query: { labelSelector }, signal: options.signal })).items;
    };
    const [pods, services, holders, variables] = await Promise.all([
      list('Pod', 'pod'),
      list('Service', 'service'),
      list('ConfigMap', templatesRole),
      list('ConfigMap', variablesRole),
    ]);
    const templates = new Map([...keptIn(holders)].map(([name, { template }]) => [name, template]));
    return new ScalingSteps(client, { ...place, pods, services, templates, variables: variables[0] }, holders);
  }

  private constructor(client: KubeClient, scaled: ScaledExperiment, holders: readonly KubeObject[]) {
    this.#client = client;
    this.scaled = scaled;
    this.#holders = holders;
  }

  /** Makes the API server check all new objects together. @throws SymphonyError `failed` with what it refuses */
  async check(plan: ScalingPlan, { signal, onProgress }: LongCallOptions): Promise<void> {
    const stored = storedPodsChange(this.#launch, this.#holders, plan.templates.during);
    const count = this.#holders.length + stored.create.length;
    if (this.scaled.record.supervision?.kind === 'pod' && stored.create.length > 0 && count > reservedTemplates) {
      throw new SymphonyError(
        'failed',
        `The pods of ${this.#name} would take ${count} ConfigMaps, and its supervisor may change only ${reservedTemplates}.`,
        {
          hint: advise((say) => `Launch it again with the number that you want, with ${say.option('force')}.`),
        },
      );
    }
    onProgress?.({ message: `Checking ${this.#name} on the server` });
    const created = [...plan.newServices, ...stored.create, ...plan.newPods, ...plan.laterPods];
    // The namespace exists, also if it is the experiment's own.
    await checkOnServer(this.#client, { ...this.#location, ownNamespace: false }, created, { signal });
  }

  /** Removes what an interrupted change has left of processes that were never on record, or are not any more. */
  async removeLeft({ leftPods, leftServices }: ScalingPlan, options: LongCallOptions): Promise<void> {
    if (leftPods.length > 0) await endPods(this.#client, leftPods, removalReason, options);
    const remaining = await removePods(this.#client, this.#podPlace, leftPods, options);
    if (remaining.length > 0) {
      throw new SymphonyError('failed', `Pods of an earlier change still exist: ${remaining.join('; ')}.`);
    }
    await this.#removeServices(leftServices, options);
  }

  /** Creates everything that new processes need, and then these. */
  async create(plan: ScalingPlan, options: LongCallOptions): Promise<void> {
    const { launchId } = this.scaled.record;
    const { namespace } = this.#location;
    await inParallel(plan.changedServices, async ({ metadata: { name }, spec }) => {
      await this.#client.patch({ kind: 'Service', name, namespace }, { spec }, { signal: options.signal });
    });
    await this.#changeVariables(plan.variables?.name, plan.variables?.during, options);
    await storePods(
      this.#client,
      namespace,
      storedPodsChange(this.#launch, this.#holders, plan.templates.during),
      options,
    );
    const rest = [...plan.newServices, ...plan.newPods];
    const progress = { ...options, begun: 0, total: rest.length };
    await createAll(this.#client, this.#location, { rest, launchId }, progress);
  }

  /**
   * Goes back to the state before `create`. Never rejects.
   * @returns false if something could not be undone; the next change then removes it
   */
  async undo(plan: ScalingPlan): Promise<boolean> {
    const options = { signal: AbortSignal.timeout(undoMilliseconds) };
    const { namespace } = this.#location;
    // Only what has the labels of the launch: an object of that name may be another user's.
    const listNew = async (kind: 'Pod' | 'Service', created: readonly Manifest[]) => {
      const names = new Set(created.map(({ metadata }) => metadata.name));
      const found = await this.#client.list(kind, { namespace, query: { labelSelector: this.#selector }, ...options });
      return found.items.filter(({ metadata }) => names.has(metadata.name));
    };
    const services = [...plan.newServices, ...plan.changedServices];
    const tries = [
      async () => {
        await removePods(this.#client, this.#podPlace, await listNew('Pod', plan.newPods), options);
      },
      async () => this.#removeServices(await listNew('Service', services), options),
      () => this.#changeVariables(plan.variables?.name, plan.variables?.undo, options),
      () => storePods(this.#client, namespace, restoredPodsChange(this.#holders), options),
      async () => {
        const { create } = storedPodsChange(this.#launch, this.#holders, plan.templates.during);
        for (const { metadata } of create)
          await this.#client.remove({ kind: 'ConfigMap', name: metadata.name, namespace }, options);
      },
    ];
    let isUndone = true;
    for (const attempt of tries) {
      await attempt().catch(() => {
        isUndone = false;
      });
    }
    return isUndone;
  }

  /**
   * Ends and removes the pods of removed processes, and everything else of them. After an abort the cluster completes it.
   * @returns descriptions of the pods that remain
   */
  async removeOld(plan: ScalingPlan, options: LongCallOptions): Promise<readonly string[]> {
    try {
      await this.settle(plan, options);
      await endPods(this.#client, plan.removedPods, removalReason, options);
      const remaining = await removePods(this.#client, this.#podPlace, plan.removedPods, options);
      await this.#removeServices(plan.removedServices, options);
      return remaining;
    } catch (error) {
      if (options.signal?.aborted) {
        const late = { signal: AbortSignal.timeout(undoMilliseconds) };
        await this.settle(plan, late).catch(() => undefined);
        await askToGo(this.#client, plan.removedPods, late).catch(() => undefined);
        await this.#removeServices(plan.removedServices, late).catch(() => undefined);
      }
      throw error;
    }
  }

  /** Forgets the stored pods and the variables of removed processes: first, so that no pod of theirs is created again. */
  async settle(plan: ScalingPlan, options: LongCallOptions): Promise<void> {
    const holders = await this.#currentHolders(options);
    const { templates, removedTemplates } = plan;
    const change = storedPodsChange(this.#launch, holders, templates.after, removedTemplates);
    await storePods(this.#client, this.#location.namespace, change, options);
    await this.#changeVariables(plan.variables?.name, plan.variables?.after, options);
  }

  get #name(): string {
    return this.#location.experiment;
  }

  get #location(): KubeLocation {
    return this.scaled.location;
  }

  get #launch(): { readonly location: KubeLocation; readonly launchId: ExperimentRecord['launchId'] } {
    return { location: this.#location, launchId: this.scaled.record.launchId };
  }

  /** Selects all objects of the launch. */
  get #selector(): string {
    const { location, record } = this.scaled;
    return launchSelector(location.experiment, record.launchId);
  }

  get #podPlace() {
    return { namespace: this.#location.namespace, labelSelector: `${this.#selector},${labels.role}=pod` };
  }

  /** The ConfigMaps with stored pods as they are now: one may have been created, and supervisors note restarts in them. */
  async #currentHolders({ signal }: LongCallOptions): Promise<readonly KubeObject[]> {
    const labelSelector = `${this.#selector},${labels.role}=${templatesRole}`;
    const { namespace } = this.#location;
    return (await this.#client.list('ConfigMap', { namespace, query: { labelSelector }, signal })).items;
  }

  async #removeServices(services: readonly Pick<KubeObject, 'metadata'>[], options: LongCallOptions): Promise<void> {
    const { namespace } = this.#location;
    await inParallel(services, async ({ metadata: { name, uid } }) => {
      const own = { ...(uid && { uid }), signal: options.signal };
      await retryWhileUnavailable(() => this.#client.remove({ kind: 'Service', name, namespace }, own), options);
    });
  }

  async #changeVariables(
    name: string | undefined,
    data: Readonly<Record<string, string | null>> | undefined,
    options: LongCallOptions,
  ): Promise<void> {
    if (name === undefined || data === undefined || Object.keys(data).length === 0) return;
    const reference = { kind: 'ConfigMap', name, namespace: this.#location.namespace } as const;
    const patch = () => this.#client.patch(reference, { data }, { signal: options.signal });
    await retryWhileUnavailable(patch, options).catch((error) => {
      // Removed by hand; containers that start then say so.
      if (!isStatus(error, 404)) throw error;
    });
  }
}
