import { countAfter, countAfterMissing, nextPod, type PodCount } from '../actions/next-pod.ts';
import { PodTemplateStore } from '../actions/pod-template-store.ts';
import { hasEnded, type StopRequest, stopPod } from '../actions/stop-pod.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations, labels, launchSelector } from '../manifests/labels.ts';
import { podName } from '../manifests/object-names.ts';
import { generation, newestPod, podMember } from '../status/process-pods.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import { wasStoppedMeanwhile } from './member-restart.ts';

type Place = Pick<ExperimentEntry, 'known' | 'record'>;

/** A process outside any group, or a group: what has one pod at a time. */
export interface Member {
  /** See `memberKey`. */
  readonly key: string;
  readonly group: string | null;
  /** The name of a process of it. */
  readonly name: string;
}

/**
 * Creates and ends the pods of one experiment. Each action looks at the cluster once more, and can be repeated after it
 * was broken off anywhere.
 */
export class SupervisedPods {
  readonly #client: KubeClient;
  readonly #place: Place;
  readonly #signal: AbortSignal;

  constructor(client: KubeClient, place: Place, signal: AbortSignal) {
    this.#client = client;
    this.#place = place;
    this.#signal = signal;
  }

  /**
   * Creates the first pod of a member that has waited.
   * @returns false if there is no template of it
   */
  async begin(member: Member): Promise<boolean> {
    const kept = (await this.#templates()).find(this.#podName(member));
    if (kept === undefined) return false;
    await this.#create(kept.template);
    return true;
  }

  /**
   * Creates the pod that follows one which has ended, unless a user has stopped its processes in the meantime.
   * @param last the pod as it was seen
   */
  async replace(member: Member, last: KubeObject, restartsInARow: number): Promise<void> {
    const current = await this.#current(last);
    if (current !== undefined && isStoppedByUser(current)) return;
    const templates = await this.#templates();
    const kept = templates.find(last.metadata.name);
    if (kept === undefined) return;
    const count = { ...countAfter(last), restartsInARow };
    await this.#create(nextPod(kept.template, count));
    await templates.note(this.#podName(member), count, this.#call);
    await this.settle(member);
  }

  /** The count of the pod after one that is gone; undefined if there is no template of it. */
  async countAfterMissing(member: Member): Promise<PodCount | undefined> {
    const kept = (await this.#templates()).find(this.#podName(member));
    return kept && { restartsInARow: kept.count?.restartsInARow ?? 0, ...countAfterMissing(kept.template, kept.count) };
  }

  /**
   * Creates the pod that follows one which is gone.
   * @param last the pod as it was at last, if that is known
   */
  async recreate(member: Member, restartsInARow: number, last?: KubeObject): Promise<void> {
    const templates = await this.#templates();
    const kept = templates.find(this.#podName(member));
    if (kept === undefined) return;
    // A pod that appeared in the meantime makes this one needless.
    if ((await this.#podsOf(member)).length > 0) return;
    const count = { ...(await this.#countAfterGone(member, kept, last)), restartsInARow };
    await this.#create(nextPod(kept.template, count));
    await templates.note(this.#podName(member), count, this.#call);
  }

  async #countAfterGone(
    member: Member,
    { template, count }: { readonly template: KubeObject; readonly count: PodCount | undefined },
    last: KubeObject | undefined,
  ): Promise<PodCount> {
    if (last !== undefined && generation(last) === (count?.generation ?? 0)) return countAfter(last);
    return countAfterMissing(template, count, newestPod(await this.#past(member)));
  }

  /**
   * Completes the replacement of a member's pods: ends the newest pod if a user stopped its predecessor while it was
   * created, marks the predecessor as replaced, and removes those before.
   */
  async settle(member: Member): Promise<void> {
    const pods = await this.#podsOf(member);
    const newest = newestPod(pods);
    if (newest === undefined) return;
    const older = pods.filter((pod) => generation(pod) < generation(newest));
    if (older.length === 0) return;
    if (older.some((pod) => wasStoppedMeanwhile(pod, newest)) && !isAsked(newest))
      await this.stop(newest, { reason: '' });
    const previous = newestPod(older);
    for (const pod of older) await this.#retire(pod);
    for (const pod of await this.#past(member)) {
      const isLast = previous !== undefined && generation(pod) >= generation(previous);
      if (!isLast && pod.metadata.deletionTimestamp === undefined) await this.#remove(pod);
    }
  }

  /** Asks a pod to end. Resolves once it has ended. One that has ended is kept from its restart. */
  async stop(pod: KubeObject, request: StopRequest): Promise<void> {
    const current = await this.#current(pod);
    if (current === undefined) return;
    if (!hasEnded(current)) {
      await stopPod(this.#client, current, request, this.#call);
      return;
    }
    if (isAsked(current)) return;
    const { name, namespace, resourceVersion } = current.metadata;
    const mark = { resourceVersion, annotations: { [annotations.stopped]: request.reason } };
    await this.#client.patch({ kind: 'Pod', name, namespace }, { metadata: mark }, this.#call);
  }

  /** Whether a pod was asked to end, and has not ended yet. */
  static isEnding(pod: KubeObject): boolean {
    return isAsked(pod) && !hasEnded(pod);
  }

  get #call() {
    return { signal: this.#signal };
  }

  #templates(): Promise<PodTemplateStore> {
    return PodTemplateStore.read(this.#client, this.#place, this.#call);
  }

  #podName(member: Member): string {
    return podName(this.#place.known.location, member);
  }

  /** Creates a pod, unless it exists: another command, or an earlier attempt, was faster. */
  async #create(pod: KubeObject): Promise<void> {
    try {
      await this.#client.create(pod, this.#call);
    } catch (error) {
      if (!isStatus(error, 409)) throw error;
    }
  }

  /** A pod as it is now; undefined if it is gone. */
  async #current({ metadata }: KubeObject): Promise<KubeObject | undefined> {
    const { name, namespace, uid } = metadata;
    const found = await this.#client.find({ kind: 'Pod', name, namespace }, this.#call);
    return found?.metadata.uid === uid ? found : undefined;
  }

  async #podsOf(member: Member): Promise<readonly KubeObject[]> {
    const found = await this.#list(`${labels.member}=${member.group ?? member.name}`);
    return found.filter((pod) => podMember(pod) === member.key);
  }

  /** The pods of a member that others have replaced. */
  async #past(member: Member): Promise<readonly KubeObject[]> {
    const found = await this.#list(`${labels.pastMember}=${member.group ?? member.name}`);
    return found.filter(({ metadata }) => (metadata.labels?.[labels.group] ?? null) === member.group);
  }

  async #list(selector: string): Promise<readonly KubeObject[]> {
    const { known, record } = this.#place;
    const labelSelector = `${launchSelector(known.name, record.launchId)},${selector}`;
    const { namespace } = known.location;
    return (await this.#client.list('Pod', { namespace, query: { labelSelector }, ...this.#call })).items;
  }

  /** Marks a pod as replaced, unless it has changed since it was seen: then the next look at it does. */
  async #retire({ metadata }: KubeObject): Promise<void> {
    const { name, namespace, labels: own, resourceVersion } = metadata;
    const relabel = { [labels.member]: null, [labels.pastMember]: own?.[labels.member] ?? null };
    const patch = { metadata: { resourceVersion, labels: relabel } };
    await this.#client.patch({ kind: 'Pod', name, namespace }, patch, this.#call).catch((error) => {
      if (!isStatus(error, 404, 409)) throw error;
    });
  }

  async #remove({ metadata }: KubeObject): Promise<void> {
    const { name, namespace, uid } = metadata;
    await this.#client.remove({ kind: 'Pod', name, namespace }, { uid, ...this.#call });
  }
}

function isAsked({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[annotations.stopped] !== undefined;
}

function isStoppedByUser(pod: KubeObject): boolean {
  return isAsked(pod) && pod.metadata.annotations?.[annotations.stoppedAs] !== 'failed';
}
