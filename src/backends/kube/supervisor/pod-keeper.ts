import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { countOf } from '../../../engine/text/sentences.ts';
import type { StopRequest } from '../actions/stop-pod.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations } from '../manifests/labels.ts';
import { nextRun } from '../status/next-run.ts';
import { generation, memberKey, newestPod, podMember } from '../status/process-pods.ts';
import { isOver } from '../status/process-status.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import type { Report } from './follow-place.ts';
import { endCheck, memberRestart } from './member-restart.ts';
import { type Member, SupervisedPods } from './supervised-pods.ts';
import type { SupervisorEvents } from './supervisor-events.ts';

/** A member of an experiment and what is seen of it. */
interface KeptMember {
  readonly entry: ExperimentEntry;
  readonly pods: SupervisedPods;
  readonly member: Member;
  readonly processes: readonly ResolvedProcess[];
  /** Its pods. */
  readonly own: readonly KubeObject[];
}

interface PodKeeperParts {
  readonly client: Pick<KubeClient, 'now'>;
  readonly events: SupervisorEvents;
  readonly report: Report;
  /** Called when a pod that was ended has gone, or its end has failed. */
  readonly onEnd: () => void;
  readonly signal: AbortSignal;
}

/** Ends pods, and creates those that follow pods which have ended or were lost. */
export class PodKeeper {
  readonly #client: Pick<KubeClient, 'now'>;
  readonly #events: SupervisorEvents;
  readonly #report: Report;
  readonly #onEnd: () => void;
  readonly #signal: AbortSignal;
  /** The ends of pods that are being waited for, by uid. */
  readonly #ending = new Set<string>();
  /** The last pod of each member that has none any more, as far as this supervisor saw it go. */
  readonly #removed = new Map<string, KubeObject>();
  /** When the pod of a member was first seen to be missing, in milliseconds. */
  readonly #missingSince = new Map<string, number>();

  constructor({ client, events, report, onEnd, signal }: PodKeeperParts) {
    this.#client = client;
    this.#events = events;
    this.#report = report;
    this.#onEnd = onEnd;
    this.#signal = signal;
  }

  /** Remembers a pod that is gone, for what the next one takes over from it. */
  noteRemoved(pod: KubeObject): void {
    const member = podMember(pod);
    if (member !== undefined) this.#removed.set(member, pod);
  }

  /** Whether the end of a pod is being waited for. */
  isEnding({ metadata }: KubeObject): boolean {
    return this.#ending.has(metadata.uid ?? '');
  }

  /** Sees to the pods of one member. @returns when to look again if nothing changes, in milliseconds */
  async keep(kept: KeptMember): Promise<number | undefined> {
    const { own, pods, member } = kept;
    const newest = newestPod(own);
    if (own.some((pod) => generation(pod) < generation(newest ?? pod))) await pods.settle(member);
    if (newest !== undefined) {
      this.#missingSince.delete(member.key);
      this.#finishEnd(pods, newest);
      return this.#followEnd(kept, newest);
    }
    return this.#followLoss(kept);
  }

  /** Goes on to end a pod that was asked to end, by a supervisor or a client that may be gone. */
  #finishEnd(pods: SupervisedPods, pod: KubeObject): void {
    if (this.isEnding(pod) || !SupervisedPods.isEnding(pod)) return;
    const { [annotations.stopped]: reason = '', [annotations.stoppedAs]: counts } = pod.metadata.annotations ?? {};
    const countsAs = counts === 'failed' || counts === 'restarted' ? counts : undefined;
    this.end(pods, pod, { reason, ...(countsAs && { countsAs }) });
  }

  /** Ends a pod, while other things go on. */
  end(pods: SupervisedPods, pod: KubeObject, request: StopRequest): void {
    const uid = pod.metadata.uid ?? '';
    this.#ending.add(uid);
    pods
      .stop(pod, request)
      .catch((error) => {
        if (!this.#signal.aborted) this.#report(`pod ${pod.metadata.name} does not end: ${(error as Error).message}`);
      })
      .finally(() => {
        this.#ending.delete(uid);
        this.#onEnd();
      });
  }

  /** Creates the pod after one that has ended, if its restart policy wants one and its delay is over. */
  async #followEnd({ entry, pods, member, processes }: KeptMember, newest: KubeObject): Promise<number | undefined> {
    if (entry.decisions === undefined || isOver(member, entry.decisions)) return undefined;
    const { now } = this.#client;
    const next = memberRestart(processes, newest, entry.services, now);
    if (next.kind !== 'restart') return endCheck(newest, now);
    this.#recordBackoff(entry, member);
    const at = next.at ?? now;
    if (at > now) return at;
    this.#report(`creates the next pod of ${member.key}, after ${countOf(next.restartsInARow, 'restart')} in a row`);
    await pods.replace(member, newest, next.restartsInARow);
    return undefined;
  }

  #recordBackoff({ statuses, known }: ExperimentEntry, member: Member): void {
    for (const status of statuses)
      if (status.state === 'backoff' && memberKey(status) === member.key)
        void this.#events.waitsForRestart(known.location, status, this.#client.now);
  }

  /** Creates the pod of a member again that has none although it had one. */
  async #followLoss({ entry, pods, member, processes }: KeptMember): Promise<number | undefined> {
    const lost = entry.statuses.filter((status) => memberKey(status) === member.key);
    if (!lost.some(({ state }) => state === 'backoff')) return undefined;
    const { now } = this.#client;
    const since = this.#missingSince.get(member.key) ?? now;
    this.#missingSince.set(member.key, since);
    const count = await pods.countAfterMissing(member);
    if (count === undefined) return undefined;
    const next = processes
      .map((resolvedProcess) => nextRun(resolvedProcess, undefined, { state: 'lost' }, count.restartsInARow))
      .find(({ kind }) => kind === 'restart');
    if (next?.kind !== 'restart') return undefined;
    this.#recordBackoff(entry, member);
    const at = since + next.delaySeconds * 1000;
    if (at > now) return at;
    this.#report(`creates the pod of ${member.key} again, which is gone`);
    await pods.recreate(member, next.restartsInARow, this.#removed.get(member.key));
    return undefined;
  }
}
