import { randomBytes } from 'node:crypto';
import type { ClusterEvent } from '../../../engine/contract/events.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type KubeLocation, podName, recordName } from '../manifests/object-names.ts';

export type EventToWrite = Pick<ClusterEvent, 'reason' | 'message' | 'process'> &
  Partial<Pick<ClusterEvent, 'kind' | 'time'>>;

/**
 * The Kubernetes event of what Symphony itself did, or was asked for, which `symphony events` and `kubectl events` show. One
 * of a process belongs to its pod, another one to the record.
 */
export function eventObject(location: KubeLocation, event: EventToWrite): KubeObject {
  const { process: reference, reason, message, kind = 'normal', time = new Date().toISOString() } = event;
  const { namespace } = location;
  const name = reference === undefined ? recordName(location) : podName(location, reference);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `symphony.${randomBytes(8).toString('hex')}`, namespace },
    involvedObject:
      reference === undefined
        ? { apiVersion: 'v1', kind: 'ConfigMap', name, namespace }
        : { apiVersion: 'v1', kind: 'Pod', name, namespace, fieldPath: `spec.containers{${reference.name}}` },
    reason,
    message,
    type: kind === 'warning' ? 'Warning' : 'Normal',
    source: { component: 'symphony' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}

/** Writes an event. Never rejects: not every user may, and nothing depends on it. */
export async function writeEvent(client: KubeClient, location: KubeLocation, event: EventToWrite): Promise<void> {
  await client.create(eventObject(location, event)).catch(() => undefined);
}
