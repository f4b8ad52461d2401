import { setTimeout as delay } from 'node:timers/promises';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { openLog } from '../logs/log-stream.ts';

/** A stream may be cut while its container runs: only if it ends at once when asked for again, the container has ended. */
const timesInARow = 2;
const pause = 1_000;

/**
 * Resolves once the node has no more output to come of any container of a pod. That tells of their end where their status
 * does not: kubelets of old releases forget to write it for a pod that has passed its deadline.
 */
export async function untilOutputsEnd(client: KubeClient, { metadata, spec }: KubeObject, signal: AbortSignal) {
  const { name: pod, namespace = '' } = metadata;
  await Promise.all(
    spec.containers.map(async ({ name: container }: { readonly name: string }) => {
      for (let ended = 0; ended < timesInARow; ) {
        const isRead = await readOut(client, { namespace, pod, container }, signal);
        ended = isRead ? ended + 1 : 0;
        if (ended < timesInARow) await delay(pause, undefined, { signal });
      }
    }),
  );
}

/** Whether the log came to its end. */
async function readOut(
  client: KubeClient,
  container: Parameters<typeof openLog>[1],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const response = await openLog(client, container, { follow: true, tailLines: 1 }, signal);
    for await (const _ of response ?? []);
    return true;
  } catch {
    return false;
  }
}
