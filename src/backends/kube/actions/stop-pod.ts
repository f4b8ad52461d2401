import { setTimeout as delay } from 'node:timers/promises';
import { abortError, SymphonyError } from '../../../engine/contract/errors.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { listAndWatch } from '../api/list-watch.ts';
import { annotations } from '../manifests/labels.ts';
import { isPodOver } from '../status/process-pods.ts';
import { type UnresponsiveNode, unresponsiveNode, unresponsiveNodeReason } from '../status/unready-pod.ts';
import { untilOutputsEnd } from './until-outputs-end.ts';

/** Seconds to wait beyond the grace period. */
const extraTimeoutSeconds = 60;
/** Milliseconds within which the status of a container follows its end. */
export const statusDelayMilliseconds = 3_000;

/** A request to end a pod. */
export interface StopRequest {
  /** In words; empty if a user asked for it. */
  readonly reason: string;
  /** `failed`: its runs count as failed. `restarted`: another pod follows. By default its processes are stopped. */
  readonly countsAs?: 'failed' | 'restarted';
}

/**
 * Ends a pod and keeps it for its logs and exit codes, by setting its deadline to now. Resolves with the pod once all
 * its containers have ended.
 * @throws SymphonyError `failed` if they do not end
 */
export async function stopPod(
  client: KubeClient,
  pod: KubeObject,
  request: StopRequest,
  { signal }: CallOptions,
): Promise<KubeObject> {
  if (hasEnded(pod)) return pod;
  await askPodToEnd(client, pod, request, { signal });
  return untilEnded(client, pod, signal);
}

/** Asks a pod to end. What an earlier request said stays, unless another pod was to follow. */
async function askPodToEnd(
  client: KubeClient,
  pod: KubeObject,
  { reason, countsAs }: StopRequest,
  { signal }: CallOptions,
): Promise<void> {
  const { name, namespace } = pod.metadata;
  const reference = { kind: 'Pod', name, namespace } as const;
  const deadline: number | undefined = pod.spec?.activeDeadlineSeconds;
  const isAsked = pod.metadata.annotations?.[annotations.stopped] !== undefined;
  const noted = {
    ...((!isAsked || (countsAs !== 'restarted' && pod.metadata.annotations?.[annotations.stoppedAs] === 'restarted')) &&
      markOf({ reason, ...(countsAs && { countsAs }) }, client.now)),
    ...(deadline !== undefined && !isAsked && { [annotations.deadline]: String(deadline) }),
  };
  const patch = { metadata: { annotations: noted }, spec: { activeDeadlineSeconds: 1 } };
  const patched = await client.patch(reference, patch, { signal });
  // A pod without a node has no kubelet that enforces its deadline, so its status is set here.
  if (!patched.spec?.nodeName) {
    const status = { phase: 'Failed', reason: 'Stopped', message: reason };
    await client.request({
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
      body: { status },
      contentType: 'application/merge-patch+json',
      operation: `patch the status of pod ${name} in namespace ${namespace}`,
      signal,
    });
  }
}

/** The annotations of a pod that is asked to end. */
export function markOf({ reason, countsAs }: StopRequest, now: number): Record<string, string | null> {
  return {
    [annotations.stopped]: reason,
    [annotations.stoppedAt]: new Date(now).toISOString(),
    [annotations.stoppedAs]: countsAs ?? null,
  };
}

async function untilEnded(client: KubeClient, pod: KubeObject, signal: AbortSignal | undefined): Promise<KubeObject> {
  const { name, namespace, uid } = pod.metadata;
  const own = new AbortController();
  const both = signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]);
  const seconds = extraTimeoutSeconds + Number(pod.spec?.terminationGracePeriodSeconds ?? 30);
  const timer = setTimeout(() => own.abort(), seconds * 1000);
  let isOverdue = false;
  let isSilent = false;
  try {
    const fieldSelector = `metadata.name=${name}`;
    for await (const event of listAndWatch(client, { kind: 'Pod', namespace, fieldSelector, signal: both })) {
      const now =
        event.type === 'list' ? event.items[0] : event.type === 'put' || event.type === 'removed' ? event.object : pod;
      if (now === undefined || now.metadata.uid !== uid || event.type === 'removed') return pod;
      if (hasEnded(now)) return now;
      const silent = unresponsiveNode(now);
      if (silent !== undefined) throw nodeUnresponsive(now, silent);
      if (!isPodOver(now) || isOverdue) continue;
      isOverdue = true;
      void untilOutputsEnd(client, pod, both)
        .then(() => delay(statusDelayMilliseconds, undefined, { signal: both }))
        .then(() => {
          isSilent = true;
          own.abort();
        })
        // The watch reports any failure.
        .catch(() => undefined);
    }
  } finally {
    clearTimeout(timer);
    own.abort();
  }
  if (signal?.aborted) throw abortError(signal);
  if (isSilent) return markEnded(client, pod, { signal });
  throw new SymphonyError('failed', `Pod ${name} in namespace ${namespace} has not ended after ${seconds} s.`, {
    hint: 'Its node may not answer.',
  });
}

/** Records that the containers of a pod have ended, where its status does not say so. */
export function markEnded(client: KubeClient, { metadata }: KubeObject, options: CallOptions): Promise<KubeObject> {
  const { name, namespace, uid } = metadata;
  const ended = { metadata: { uid, annotations: { [annotations.ended]: new Date().toISOString() } } };
  return client.patch({ kind: 'Pod', name, namespace }, ended, options);
}

/** The request cannot be withdrawn: the deadline of a pod can only be brought forward. */
function nodeUnresponsive({ metadata }: KubeObject, silent: UnresponsiveNode): SymphonyError {
  const text = `Pod ${metadata.name} in namespace ${metadata.namespace} was asked to end, and ${unresponsiveNodeReason(silent)}.`;
  return new SymphonyError('failed', text, { hint: 'It ends once its node answers again; try again then.' });
}

/** Whether all containers of a pod have ended for good. */
export function hasEnded(pod: KubeObject): boolean {
  const { status, metadata } = pod;
  if (!isPodOver(pod)) return false;
  if (metadata.annotations?.[annotations.ended] !== undefined) return true;
  return (status.containerStatuses ?? []).every(
    ({ state }: { state?: { running?: unknown } }) => state?.running === undefined,
  );
}
