import { processKey } from '../../../engine/contract/process-key.ts';
import { spareProcesses } from '../../../engine/rules/experiment-end.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations, labels, launchSelector } from '../manifests/labels.ts';
import { recordName } from '../manifests/object-names.ts';
import { generation, memberKey, newestPod, podMember } from '../status/process-pods.ts';
import { changeDecisions } from '../supervisor/record-store.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import type { MemberPod } from './pods-of-processes.ts';
import { hasEnded, stopPod } from './stop-pod.ts';

/** Why a process that waited is never started. */
const stoppedOnRequest = 'stopped on request';

/**
 * Stops the processes of a member of a supervised experiment for good, also those that wait for their start or their
 * restart. The supervisor may create a pod at the same moment: whichever of both comes second sees what the other did.
 */
export async function stopSupervised(
  client: KubeClient,
  entry: ExperimentEntry,
  member: MemberPod,
  pod: KubeObject | undefined,
  options: CallOptions,
): Promise<void> {
  if (pod === undefined) await keepFromStart(client, entry, member, options);
  else if (!hasEnded(pod)) await stopPod(client, pod, { reason: '' }, options);
  else if (isAwaited(entry, member)) {
    // Without a time: the run that has ended is not all that the request concerns.
    const { name, namespace } = pod.metadata;
    const mark = { metadata: { annotations: { [annotations.stopped]: '', [annotations.stoppedAs]: null } } };
    await client.patch({ kind: 'Pod', name, namespace }, mark, options);
  }
  const newest = await findNewest(client, entry, member, options);
  if (newest !== undefined && (pod === undefined || generation(newest) > generation(pod))) {
    await stopPod(client, newest, { reason: '' }, options);
  }
}

/** Records that processes are started on request: nothing keeps them from it, and an end of the experiment does not concern them. */
export async function allowStart(
  client: KubeClient,
  entry: ExperimentEntry,
  members: readonly Pick<MemberPod, 'group' | 'member'>[],
  options: CallOptions,
): Promise<void> {
  const keys = new Set(members.flatMap((member) => keysOf(entry, member)));
  const change: Parameters<typeof changeDecisions>[2] = (known) => {
    const skipped = Object.entries(known.skipped).filter(([key]) => !keys.has(key));
    const over = spareProcesses(known.over, [...keys]);
    if (over === undefined && skipped.length === Object.keys(known.skipped).length) return known;
    return { ...known, ...(over && { over }), skipped: Object.fromEntries(skipped) };
  };
  await changeDecisions(client, recordOf(entry), change, options);
}

async function keepFromStart(
  client: KubeClient,
  entry: ExperimentEntry,
  member: MemberPod,
  options: CallOptions,
): Promise<void> {
  if (!isAwaited(entry, member)) return;
  const skipped = Object.fromEntries(keysOf(entry, member).map((key) => [key, stoppedOnRequest]));
  const change: Parameters<typeof changeDecisions>[2] = (known) => ({
    ...known,
    skipped: { ...known.skipped, ...skipped },
  });
  await changeDecisions(client, recordOf(entry), change, options);
}

/** Whether the supervisor will start a process of the member. */
function isAwaited(entry: ExperimentEntry, member: MemberPod): boolean {
  const keys = new Set(keysOf(entry, member));
  return entry.statuses.some(
    (status) => keys.has(processKey(status)) && (status.state === 'backoff' || status.state === 'pending'),
  );
}

function keysOf({ processes }: ExperimentEntry, { group, member }: Pick<MemberPod, 'group' | 'member'>): string[] {
  const wanted = memberKey({ group, name: member });
  return processes.filter((resolvedProcess) => memberKey(resolvedProcess) === wanted).map(processKey);
}

function recordOf({ known }: ExperimentEntry): { readonly name: string; readonly namespace: string } {
  return { name: recordName(known.location), namespace: known.location.namespace };
}

async function findNewest(
  client: KubeClient,
  { known, record }: ExperimentEntry,
  { group, member }: MemberPod,
  options: CallOptions,
): Promise<KubeObject | undefined> {
  const labelSelector = `${launchSelector(known.name, record.launchId)},${labels.member}=${member}`;
  const { namespace } = known.location;
  const { items } = await client.list('Pod', { namespace, query: { labelSelector }, ...options });
  return newestPod(items.filter((pod) => podMember(pod) === memberKey({ group, name: member })));
}
