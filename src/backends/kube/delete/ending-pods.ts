import { hasEnded } from '../actions/stop-pod.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { labels } from '../manifests/labels.ts';
import { isPodOver } from '../status/process-pods.ts';
import { unresponsiveNode } from '../status/unready-pod.ts';

/** Seconds without an end, once the grace period is over, after which no further end is waited for. */
const quietSeconds = 30;
/** Seconds beyond the grace period after which no end is waited for, however many pods still end. */
const maxExtraSeconds = 120;
/** The grace period of a pod that does not name one. */
const defaultGraceSeconds = 30;

/** The pods of an experiment that are being ended, and which of them have. Times are milliseconds of one clock. */
export class EndingPods {
  readonly total: number;
  /** Those that have not ended, by uid. */
  readonly #waiting: Map<string, KubeObject>;
  /** The uids of those that are over although their containers are reported as running. */
  readonly #silent = new Set<string>();
  readonly #graceSeconds: number;
  /** How many are not waited for, because they cannot be ended. */
  #left = 0;
  #asked: number | undefined;
  #lastProgress = 0;

  /** @param pods of the experiment; those whose containers run are waited for */
  constructor(pods: readonly KubeObject[]) {
    const running = pods.filter(isRunning);
    this.total = running.length;
    this.#waiting = new Map(running.map((pod) => [pod.metadata.uid ?? '', pod]));
    const graces = running.map(({ spec }) => Number(spec?.terminationGracePeriodSeconds ?? defaultGraceSeconds));
    this.#graceSeconds = Math.max(0, ...graces);
  }

  /** Those that have not ended. */
  get waiting(): readonly KubeObject[] {
    return [...this.#waiting.values()];
  }

  /** How many have ended. */
  get ended(): number {
    return this.total - this.#waiting.size - this.#left;
  }

  /** Until when ends are waited for; undefined until all pods have been asked to end. */
  get deadline(): number | undefined {
    if (this.#asked === undefined) return undefined;
    const graceEnd = this.#asked + this.#graceSeconds * 1000;
    const quietEnd = Math.max(graceEnd, this.#lastProgress) + quietSeconds * 1000;
    return Math.min(quietEnd, graceEnd + maxExtraSeconds * 1000);
  }

  has({ metadata }: KubeObject): boolean {
    return this.#waiting.has(metadata.uid ?? '');
  }

  /** All pods have been asked to end. */
  setAsked(now: number): void {
    this.#asked = now;
  }

  /** Takes the pods that exist. */
  replace(pods: readonly KubeObject[], now: number): void {
    const existing = new Set(pods.map(({ metadata }) => metadata.uid));
    for (const pod of this.waiting) if (!existing.has(pod.metadata.uid)) this.remove(pod, now);
    for (const pod of pods) this.put(pod, now);
  }

  /** Takes the newest state of a pod. */
  put(pod: KubeObject, now: number): void {
    if (!this.has(pod)) return;
    if (hasEnded(pod)) this.remove(pod, now);
    else if (unresponsiveNode(pod) !== undefined) this.leave(pod);
    else this.#waiting.set(pod.metadata.uid ?? '', pod);
  }

  /** A pod cannot be ended, and is not waited for. */
  leave({ metadata }: KubeObject): void {
    if (this.#waiting.delete(metadata.uid ?? '')) this.#left += 1;
  }

  /** A pod has ended, or is gone. */
  remove({ metadata }: KubeObject, now: number): void {
    if (this.#waiting.delete(metadata.uid ?? '')) this.#lastProgress = now;
  }

  /** The pods whose ends only their outputs can show, each once: old kubelets do not report them. */
  takeSilent(): KubeObject[] {
    const silent = this.waiting.filter((pod) => isPodOver(pod) && !this.#silent.has(pod.metadata.uid ?? ''));
    for (const { metadata } of silent) this.#silent.add(metadata.uid ?? '');
    return silent;
  }
}

/** Whether a container of a process runs in this pod, on a node that answers. All other pods have nothing to end. */
function isRunning(pod: KubeObject): boolean {
  const own = pod.metadata.labels ?? {};
  if (own[labels.member] === undefined && own[labels.pastMember] === undefined) return false;
  if (hasEnded(pod) || unresponsiveNode(pod) !== undefined) return false;
  const statuses: readonly { readonly state?: { readonly running?: object } }[] = pod.status?.containerStatuses ?? [];
  return statuses.some(({ state }) => state?.running !== undefined);
}
