import type {
  CoreV1Event,
  V1ContainerState,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1Pod,
  V1PodCondition,
} from '@kubernetes/client-node';
import type { ApiObject, FromApi } from '../api/api-types.ts';
import type { KubeObject } from '../api/kube-object.ts';

/** A pod as the API gives it, a `KubeObject`. `slim` leaves of it what Symphony reads. */
export type PodJson = ApiObject<V1Pod>;

export type PodCondition = FromApi<V1PodCondition>;
export type ContainerStatusJson = FromApi<V1ContainerStatus>;
export type ContainerState = FromApi<V1ContainerState>;
export type TerminatedState = FromApi<V1ContainerStateTerminated>;

type EventTimes = 'lastTimestamp' | 'eventTime' | 'firstTimestamp';

/** An event of a pod. Servers send null for times that it does not have. */
export type EventJson = FromApi<Omit<CoreV1Event, EventTimes | 'metadata'>> & {
  readonly [Time in EventTimes]?: string | null;
};

/** Drops the fields that Symphony does not read, which are most of a pod: thousands of pods are kept in memory. */
export function slim(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata as KubeObject['metadata'] & { managedFields?: unknown };
  if (object.spec?.containers === undefined) return { ...object, metadata };
  const { nodeName, restartPolicy, schedulerName, containers } = object.spec;
  const slimmed = containers.map(
    ({ name, image, resources, readinessProbe, livenessProbe }: Record<string, unknown>) => ({
      name,
      image,
      resources,
      readinessProbe,
      livenessProbe,
    }),
  );
  return { metadata, spec: { nodeName, restartPolicy, schedulerName, containers: slimmed }, status: object.status };
}
