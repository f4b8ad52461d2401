import { hasEnded, markOf, stopPod } from '../actions/stop-pod.ts';
import type { CallOptions, KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { settleInParallel } from '../api/parallel.ts';
import { labels, launchSelector } from '../manifests/labels.ts';
import { unresponsiveNode } from '../status/unready-pod.ts';
import type { KnownExperiment } from '../watch/find-experiments.ts';

/** Seconds beyond the grace period of the pods within which their ends are reported. */
const extraSeconds = 30;

/**
 * Ends all processes of an experiment and keeps their pods, so that what they wrote while they were ending can be read.
 * Resolves when all have ended or their grace periods are over, whatever fails: the deletion of the pods follows.
 */
export async function endWithLogs(
  client: KubeClient,
  { name, location, launches }: KnownExperiment,
  { signal, onProgress }: LongCallOptions,
): Promise<void> {
  const { namespace } = location;
  const labelSelector = launchSelector(name, ...launches);
  try {
    const { items } = await client.list('Pod', { namespace, query: { labelSelector }, signal });
    const running: KubeObject[] = [];
    const asked = items.filter((pod) => isOfProcess(pod) && !hasEnded(pod) && canEnd(pod));
    // A pod that this user may not patch is not waited for.
    await settleInParallel(asked, async (pod) => {
      await askToEnd(client, pod, { signal });
      running.push(pod);
    }).catch(() => undefined);
    if (running.length === 0) return;
    const grace = Math.max(...running.map(({ spec }) => Number(spec?.terminationGracePeriodSeconds ?? 30)));
    const limit = AbortSignal.timeout((grace + extraSeconds) * 1000);
    const both = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    let done = 0;
    // All are ending by now: what follows only waits for each, also where its kubelet does not report its end.
    await settleInParallel(running, async (pod) => {
      await stopPod(client, pod, { reason: '' }, { signal: both });
      done += 1;
      onProgress?.({ message: 'Waiting until all processes have ended', done, total: running.length });
    });
  } catch {
    // The deletion reports what keeps it from ending the pods.
  }
}

/** By its deadline, which a node enforces with the grace period. */
async function askToEnd(client: KubeClient, { metadata }: KubeObject, options: CallOptions): Promise<void> {
  const { name, namespace, uid } = metadata;
  const patch = {
    metadata: { uid, annotations: markOf({ reason: '' }, client.now) },
    spec: { activeDeadlineSeconds: 1 },
  };
  await client.patch({ kind: 'Pod', name, namespace }, patch, options);
}

function isOfProcess({ metadata }: KubeObject): boolean {
  const own = metadata.labels ?? {};
  return own[labels.member] !== undefined || own[labels.pastMember] !== undefined;
}

/** A pod without a node has written nothing, and one whose node does not answer is not waited for. */
function canEnd(pod: KubeObject): boolean {
  return Boolean(pod.spec?.nodeName) && unresponsiveNode(pod) === undefined;
}
