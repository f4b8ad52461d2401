import type { ActionOptions } from '../../../engine/contract/capabilities.ts';
import { formatProcess, type ProcessReference } from '../../../engine/contract/status.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { settleInParallel } from '../api/parallel.ts';
import { labels, launchSelector } from '../manifests/labels.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import type { ExperimentIndex } from '../watch/experiment-index.ts';
import { PodTemplateStore } from './pod-template-store.ts';
import { type MemberPod, podsToEnd } from './pods-of-processes.ts';
import { restartPod } from './restart-pod.ts';
import { stopPod } from './stop-pod.ts';
import { allowStart, stopSupervised } from './stop-supervised.ts';

interface Read {
  readonly index: ExperimentIndex;
  readonly entry: ExperimentEntry;
}

/** Stops processes. A process whose pod is gone has nothing to stop. */
export async function stopProcesses(
  client: KubeClient,
  read: Read,
  processes: readonly ProcessReference[],
  options: ActionOptions = {},
): Promise<void> {
  await endEach(client, read, processes, { doing: 'Stopping', ...options }, async (member, pod) => {
    if (read.entry.decisions !== undefined) await stopSupervised(client, read.entry, member, pod, options);
    else if (pod !== undefined) await stopPod(client, pod, { reason: '' }, options);
  });
}

/** Restarts processes: ends those that run and starts their next runs, also where the pod is gone. */
export async function restartProcesses(
  client: KubeClient,
  read: Read,
  processes: readonly ProcessReference[],
  options: ActionOptions = {},
): Promise<void> {
  const templates = await PodTemplateStore.read(client, read.entry, options);
  if (read.entry.decisions !== undefined) await allowStart(client, read.entry, podsToEnd(read, processes), options);
  await endEach(client, read, processes, { doing: 'Restarting', ...options }, async (member, pod) => {
    const past = await pastPods(client, read.entry, member, options);
    await restartPod(client, { ...member, pod, past }, templates, options);
  });
}

/** Handles the pods of processes in parallel, each with the complete pod: the index keeps only a part of it. */
async function endEach(
  client: KubeClient,
  read: Read,
  processes: readonly ProcessReference[],
  { doing, ...options }: ActionOptions & { readonly doing: string },
  end: (member: MemberPod, pod: KubeObject | undefined) => Promise<void>,
): Promise<void> {
  const pods = podsToEnd(read, processes);
  options.onProgress?.({ message: `${doing} ${processes.map(formatProcess).join(', ')}` });
  await settleInParallel(pods, async (member) => end(member, await findFullPod(client, member.pod, options)));
}

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

/** The pods of the same processes that earlier restarts have replaced. */
async function pastPods(
  client: KubeClient,
  { known, record }: ExperimentEntry,
  { group, member }: MemberPod,
  options: CallOptions,
): Promise<readonly KubeObject[]> {
  const { namespace } = known.location;
  const labelSelector = `${launchSelector(known.name, record.launchId)},${labels.pastMember}=${member}`;
  const { items } = await client.list('Pod', {
    namespace,
    query: { labelSelector },
    ...options,
  });
  return items.filter(({ metadata }) => (metadata.labels?.[labels.group] ?? null) === group);
}
