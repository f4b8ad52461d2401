import type { ClusterEvent } from '../../../engine/contract/events.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { launchSelector } from '../manifests/labels.ts';
import { isPodOf } from '../status/process-pods.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';

/** The Kubernetes events of an experiment's pods. */
export async function listEvents(
  client: KubeClient,
  { known, processes, record }: ExperimentEntry,
): Promise<ClusterEvent[]> {
  const { namespace, ownNamespace } = known.location;
  const labelSelector = launchSelector(known.name, record.launchId);
  const [events, pods] = await Promise.all([
    client.list('Event', { namespace }),
    client.list('Pod', { namespace, query: { labelSelector } }),
  ]);
  const byName = new Map(pods.items.map((pod) => [pod.metadata.name, pod]));
  return events.items
    .filter(({ involvedObject }) => ownNamespace || byName.has(involvedObject?.name))
    .map((event): ClusterEvent => {
      const pod = byName.get(event.involvedObject?.name);
      const container = /\{(.*)\}/.exec(event.involvedObject?.fieldPath ?? '')?.[1];
      const candidates = pod === undefined ? [] : processes.filter((resolvedProcess) => isPodOf(pod, resolvedProcess));
      const resolvedProcess =
        candidates.find(({ name }) => name === container) ?? (candidates.length === 1 ? candidates[0] : undefined);
      return {
        id: event.metadata.uid ?? event.metadata.name,
        time: timeOf(event),
        ...(resolvedProcess && { process: { group: resolvedProcess.group, name: resolvedProcess.name } }),
        kind: event.type === 'Warning' ? 'warning' : 'normal',
        reason: event.reason ?? '',
        message: event.message ?? '',
        count: event.series?.count ?? event.count ?? 1,
      };
    });
}

function timeOf({ lastTimestamp, eventTime, series, metadata }: KubeObject): string {
  return new Date(
    series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0,
  ).toISOString();
}
