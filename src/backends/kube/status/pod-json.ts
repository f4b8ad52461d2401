import type { KubeObject } from '../api/kube-object.ts';

/** A pod as the API gives it, a `KubeObject`: the fields that Symphony reads. Times are text. */
export interface PodJson {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    /** Seconds from the request to `deletionTimestamp`. */
    readonly deletionGracePeriodSeconds?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly restartPolicy?: string;
    readonly schedulerName?: string;
    readonly containers?: readonly {
      readonly name: string;
      readonly image?: string;
      readonly resources?: ResourcesJson;
      readonly readinessProbe?: object;
      readonly livenessProbe?: { readonly failureThreshold?: number };
    }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly startTime?: string;
    readonly conditions?: readonly PodCondition[];
    readonly containerStatuses?: readonly ContainerStatusJson[];
    readonly initContainerStatuses?: readonly ContainerStatusJson[];
  };
}

export interface ResourcesJson {
  readonly limits?: Readonly<Record<string, string>>;
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface ContainerStatusJson {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly containerID?: string;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: TerminatedState;
}

export interface TerminatedState {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly containerID?: string;
}

/** The part of a pod event's JSON that Symphony reads. */
export interface EventJson {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly firstTimestamp?: string | null;
  /** How often it happened from the first time to the last. */
  readonly count?: number;
  readonly involvedObject?: { readonly fieldPath?: string };
}

/** Drops the fields that `PodJson` lacks, which are most of a pod: thousands of pods are kept in memory. */
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
