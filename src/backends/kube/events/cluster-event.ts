import type { ClusterEvent } from '../../../engine/contract/events.ts';
import { type ProcessReference, processStates } from '../../../engine/contract/status.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations } from '../manifests/labels.ts';
import { type KubeLocation, podName, recordName, withoutGeneration } from '../manifests/object-names.ts';
import { eventPrefix, eventSource } from './write-event.ts';

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
  const { involvedObject, series } = event;
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
    ...identityOf(event),
    time,
    ...(member && { process: { group: member.group, name: member.name } }),
    kind: event.type === 'Warning' ? 'warning' : 'normal',
    reason: event.reason ?? '',
    message: event.message ?? '',
    count: series?.count ?? event.count ?? 1,
  };
}

/** What Symphony itself has written has the id of what it follows from, and says which run and state it concerns. */
function identityOf({ metadata, source }: KubeObject): Pick<ClusterEvent, 'id' | 'run' | 'state'> {
  const { name, uid = name, annotations: noted = {} } = metadata;
  if (source?.component !== eventSource || !name.startsWith(eventPrefix)) return { id: uid };
  const run = Number(noted[annotations.run]);
  const state = processStates.find((one) => one === noted[annotations.state]);
  return { id: name.slice(eventPrefix.length), ...(run > 0 && { run }), ...(state && { state }) };
}

function timeOf({ lastTimestamp, eventTime, series, metadata }: KubeObject): string {
  return new Date(
    series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0,
  ).toISOString();
}
