import { randomBytes } from 'node:crypto';
import type { CoreV1Event } from '@kubernetes/client-node';
import type { ClusterEvent } from '../../../engine/contract/events.ts';
import type { ToApi } from '../api/api-types.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations } from '../manifests/labels.ts';
import { type KubeLocation, podName, recordName } from '../manifests/object-names.ts';

/** An event to write. Without an id, it is one that no other event is. */
export type EventToWrite = Pick<ClusterEvent, 'reason' | 'message' | 'process'> &
  Partial<Pick<ClusterEvent, 'kind' | 'time' | 'id' | 'run' | 'state'>>;

/** What writes an event, in the event. */
export const eventSource = 'symphony';
/** The beginning of the name of an event; its id follows. */
export const eventPrefix = 'symphony.';

const maxMessageCharacters = 1_000;

/**
 * The Kubernetes event of what Symphony itself did, or was asked for, which `symphony events` and `kubectl events` show. One
 * of a process belongs to its pod, another one to the record.
 */
export function eventObject(location: KubeLocation, event: EventToWrite): KubeObject {
  const { process: reference, reason, message, run, state, kind = 'normal', time = new Date().toISOString() } = event;
  const { id = randomBytes(8).toString('hex') } = event;
  const { namespace } = location;
  const name = reference === undefined ? recordName(location) : podName(location, reference);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${eventPrefix}${id}`,
      namespace,
      annotations: {
        ...(run !== undefined && { [annotations.run]: String(run) }),
        ...(state !== undefined && { [annotations.state]: state }),
      },
    },
    involvedObject:
      reference === undefined
        ? { apiVersion: 'v1', kind: 'ConfigMap', name, namespace }
        : { apiVersion: 'v1', kind: 'Pod', name, namespace, fieldPath: `spec.containers{${reference.name}}` },
    reason,
    message: message.slice(0, maxMessageCharacters),
    type: kind === 'warning' ? 'Warning' : 'Normal',
    source: { component: eventSource },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  } satisfies ToApi<CoreV1Event>;
}

/** Writes an event. Never rejects: not every user may, and nothing depends on it. */
export async function writeEvent(client: KubeClient, location: KubeLocation, event: EventToWrite): Promise<void> {
  await client.create(eventObject(location, event)).catch(() => undefined);
}
