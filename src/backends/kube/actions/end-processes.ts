import type { ActionOptions } from '../../../engine/capabilities.ts';
import { formatProcess, type ProcessReference } from '../../../engine/status.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import type { ExperimentEntry } from '../experiments/experiment-entry.ts';
import type { ExperimentIndex } from '../experiments/experiment-index.ts';
import { labels, managedSelector } from '../labels.ts';
import { settleInParallel } from '../parallel.ts';
import { PodTemplateStore } from './pod-template-store.ts';
import { type MemberPod, podsToEnd } from './pods-of-processes.ts';
import { restartPod } from './restart-pod.ts';
import { stopPod } from './stop-pod.ts';

interface Read {
  readonly index: ExperimentIndex;
  readonly entry: ExperimentEntry;
}

/** Ends processes for good; of one whose pod is gone nothing runs any more. */
export async function stopProcesses(
  client: KubeClient,
  read: Read,
  processes: readonly ProcessReference[],
  options: ActionOptions = {},
): Promise<void> {
  const pods = podsToEnd(read, processes);
  options.onProgress?.({ message: `Stopping ${processes.map(formatProcess).join(', ')}` });
  await settleInParallel(pods, async ({ pod }) => {
    const fullPod = await findFullPod(client, pod, options);
    if (fullPod !== undefined) await stopPod(client, fullPod, '', options);
  });
}

/** Ends processes if they run, and starts their next runs, also of those whose pods are gone. */
export async function restartProcesses(
  client: KubeClient,
  read: Read,
  processes: readonly ProcessReference[],
  options: ActionOptions = {},
): Promise<void> {
  const pods = podsToEnd(read, processes);
  options.onProgress?.({ message: `Restarting ${processes.map(formatProcess).join(', ')}` });
  const templates = await PodTemplateStore.read(client, read.entry, options);
  await settleInParallel(pods, async (member) => {
    const pod = await findFullPod(client, member.pod, options);
    const past = await pastPods(client, read.entry, member, options);
    await restartPod(client, { ...member, pod, past }, templates, options);
  });
}

/** The index keeps only what it needs of a pod. */
async function findFullPod(
  client: KubeClient,
  pod: KubeObject | undefined,
  options: CallOptions,
): Promise<KubeObject | undefined> {
  if (pod === undefined) return undefined;
  const { name, namespace, uid } = pod.metadata;
  const found = await client.find({ kind: 'Pod', name, namespace }, options);
  return found?.metadata.uid === uid ? found : undefined;
}

/** The pods that earlier restarts of the same processes have replaced. */
async function pastPods(
  client: KubeClient,
  { known, record }: ExperimentEntry,
  { group, member }: MemberPod,
  options: CallOptions,
): Promise<readonly KubeObject[]> {
  const { namespace } = known.location;
  const own = `${labels.launch}=${record.launchId},${labels.pastMember}=${member}`;
  const { items } = await client.list('Pod', {
    namespace,
    query: { labelSelector: `${managedSelector},${own}` },
    ...options,
  });
  return items.filter(({ metadata }) => (metadata.labels?.[labels.group] ?? null) === group);
}
