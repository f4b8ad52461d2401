import { abortError } from '../../../engine/contract/errors.ts';
import { hasEnded, stopPod } from '../actions/stop-pod.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { listAndWatch } from '../api/list-watch.ts';
import { settleInParallel } from '../api/parallel.ts';
import { retryWhileUnavailable } from '../api/retry-while-unavailable.ts';
import { describePods } from '../delete/describe-pods.ts';
import { unresponsiveNode } from '../status/unready-pod.ts';

/** Seconds beyond the grace period until the remaining pods are named. */
const extraTimeoutSeconds = 120;

export interface PodPlace {
  readonly namespace: string;
  /** Selects the pods, and maybe others. */
  readonly labelSelector: string;
}

/** Ends pods by their stop signals and keeps them, so that what they write meanwhile can be followed to its end. */
export async function endPods(
  client: KubeClient,
  pods: readonly KubeObject[],
  reason: string,
  { signal, onProgress }: LongCallOptions,
): Promise<void> {
  const running = pods.filter((pod) => canEnd(pod) && !hasEnded(pod));
  let done = 0;
  await settleInParallel(running, async (pod) => {
    // The removal reports a pod that does not end.
    await stopPod(client, pod, { reason }, { signal }).catch(() => undefined);
    done += 1;
    onProgress?.({ message: 'Waiting until removed processes have ended', done, total: running.length });
  });
}

/** A pod without a node runs nothing, and one whose node does not answer is not waited for. */
function canEnd(pod: KubeObject): boolean {
  const isBeingRemoved = pod.metadata.deletionTimestamp !== undefined;
  return Boolean(pod.spec?.nodeName) && unresponsiveNode(pod) === undefined && !isBeingRemoved;
}

/**
 * Removes pods, with their grace periods, and waits until they are gone.
 * @returns descriptions of those that remain
 */
export async function removePods(
  client: KubeClient,
  { namespace, labelSelector }: PodPlace,
  pods: readonly KubeObject[],
  options: LongCallOptions,
): Promise<readonly string[]> {
  if (pods.length === 0) return [];
  await askToGo(client, pods, options);
  const { signal } = options;
  const uids = new Set(pods.map(({ metadata }) => metadata.uid));
  const remaining = new Map<string | undefined, KubeObject>();
  const own = new AbortController();
  const both = signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]);
  const grace = Math.max(...pods.map(({ spec }) => Number(spec?.terminationGracePeriodSeconds ?? 30)));
  const timer = setTimeout(() => own.abort(), (grace + extraTimeoutSeconds) * 1000);
  try {
    for await (const event of listAndWatch(client, { kind: 'Pod', namespace, labelSelector, signal: both })) {
      if (event.type === 'list') {
        remaining.clear();
        for (const pod of event.items) if (uids.has(pod.metadata.uid)) remaining.set(pod.metadata.uid, pod);
      } else if (event.type === 'removed') remaining.delete(event.object.metadata.uid);
      else if (event.type === 'put' && uids.has(event.object.metadata.uid))
        remaining.set(event.object.metadata.uid, event.object);
      if (remaining.size === 0 && event.type !== 'stale') return [];
    }
  } finally {
    clearTimeout(timer);
    own.abort();
  }
  if (signal?.aborted) throw abortError(signal);
  return describePods([...remaining.values()]);
}

/** Asks the server to remove pods, which takes their grace periods. */
export async function askToGo(
  client: KubeClient,
  pods: readonly KubeObject[],
  options: LongCallOptions,
): Promise<void> {
  await settleInParallel(pods, async ({ metadata }) => {
    const { name, namespace, uid } = metadata;
    const remove = () => client.remove({ kind: 'Pod', name, namespace }, { uid, signal: options.signal });
    await retryWhileUnavailable(remove, options);
  });
}
