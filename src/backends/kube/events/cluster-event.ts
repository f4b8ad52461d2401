import type { ClusterEvent } from '../../../engine/contract/events.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type KubeLocation, podName, recordName, withoutGeneration } from '../manifests/object-names.ts';

/** What tells the events of one launch from the others in its namespace. */
export interface EventScope {
  readonly location: KubeLocation;
  readonly processes: readonly ProcessReference[];
  /** ISO 8601: an earlier event concerns an earlier experiment of that name. */
  readonly launchedAt: string;
}

/** A Kubernetes event in the form of all backends; undefined if it is not of this launch. */
export function toClusterEvent(
  event: KubeObject,
  { location, processes, launchedAt }: EventScope,
): ClusterEvent | undefined {
  const { involvedObject, metadata, series } = event;
  const subject: string = involvedObject?.name ?? '';
  const isPod = involvedObject?.kind === 'Pod';
  const members = isPod
    ? processes.filter((reference) => podName(location, reference) === withoutGeneration(subject))
    : [];
  if (!location.ownNamespace && members.length === 0 && subject !== recordName(location)) return undefined;
  const time = timeOf(event);
  // The API server counts whole seconds.
  if (Date.parse(time) < Math.floor(Date.parse(launchedAt) / 1000) * 1000) return undefined;
  const container = /\{(.*)\}/.exec(involvedObject?.fieldPath ?? '')?.[1];
  const member = members.find(({ name }) => name === container) ?? (members.length === 1 ? members[0] : undefined);
  return {
    id: metadata.uid ?? metadata.name,
    time,
    ...(member && { process: { group: member.group, name: member.name } }),
    kind: event.type === 'Warning' ? 'warning' : 'normal',
    reason: event.reason ?? '',
    message: event.message ?? '',
    count: series?.count ?? event.count ?? 1,
  };
}

function timeOf({ lastTimestamp, eventTime, series, metadata }: KubeObject): string {
  return new Date(
    series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0,
  ).toISOString();
}
