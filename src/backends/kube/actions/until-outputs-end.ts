import { setTimeout as delay } from 'node:timers/promises';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { openLog } from '../logs/log-stream.ts';

/**
 * A stream can be cut while its container runs. Only several immediate ends in a row show that the container has ended.
 */
const timesInARow = 2;
const pause = 1_000;

/**
 * Resolves once the logs of all containers of a pod have ended. This shows the end of the containers where their status
 * does not: old kubelets do not update the status of a pod that has passed its deadline.
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

/** Whether the log was read to its end. */
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
