import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import { experimentLabels, labels } from './labels.ts';
import type { Manifest } from './manifest.ts';
import { maxObjectBytes } from './object-data.ts';
import { type KubeLocation, recordName } from './object-names.ts';

/**
 * The record of a launch in the cluster. The experiment exists as long as its record does. A record contains no secret
 * values.
 */
export interface ExperimentRecord {
  readonly launchId: string;
  /** Symphony's version. */
  readonly version: string;
  readonly spec: ExperimentSpec;
  readonly services: readonly AssignedService[];
  /** Who keeps the rules that Kubernetes does not keep; absent if the experiment has none. */
  readonly supervision?: Supervision;
}

/** `pod`: the experiment has a supervisor. `none`: it cannot have one, for this reason. */
export type Supervision =
  | {
      readonly kind: 'pod';
      /** Whether rules depend on it that nothing keeps in part. */
      readonly isStrict: boolean;
      /** It keeps no rule, and only tells of what happens. */
      readonly isForNotices?: true;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** The ConfigMap that stores a record. It is created first and owns the other objects in its namespace. */
export function recordObject(location: KubeLocation, record: ExperimentRecord): Manifest {
  const { spec, ...launch } = record;
  const data = { spec: JSON.stringify(spec), launch: JSON.stringify(launch) };
  const bytes = Buffer.byteLength(data.spec) + Buffer.byteLength(data.launch);
  if (bytes > maxObjectBytes) {
    throw new SymphonyError('invalid-spec', `The spec is ${bytes} bytes; a cluster keeps ${maxObjectBytes} at most.`);
  }
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: recordName(location),
      namespace: location.namespace,
      labels: { ...experimentLabels(location.experiment, record.launchId), [labels.role]: 'spec' },
    },
    data,
  };
}

/**
 * Reads the record from its ConfigMap, which users can edit.
 * @throws Error with a message that names the defect
 */
export function readExperimentRecord({ data }: { readonly data?: unknown }): ExperimentRecord {
  const launch = readPart(data, 'launch');
  const spec = readPart(data, 'spec');
  const { launchId, services, version, supervision } = launch;
  if (typeof launchId !== 'string') throw new Error('its launch has no id');
  if (!Array.isArray(services) || !services.every(isService)) throw new Error('its services have an unknown form');
  if (typeof spec.name !== 'string' || !isMap(spec.processes) || !isMap(spec.groups)) {
    throw new Error('its spec has an unknown form');
  }
  return {
    launchId,
    services,
    version: String(version ?? ''),
    spec: spec as unknown as ExperimentSpec,
    ...(isSupervision(supervision) ? { supervision } : {}),
  };
}

function isSupervision(value: unknown): value is Supervision {
  return isMap(value) && (value.kind === 'pod' || (value.kind === 'none' && typeof value.reason === 'string'));
}

function readPart(data: unknown, key: 'launch' | 'spec'): Readonly<Record<string, unknown>> {
  const text = isMap(data) ? data[key] : undefined;
  if (typeof text !== 'string') throw new Error(`it has no ${key}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`its ${key} is not JSON`);
  }
  if (!isMap(value)) throw new Error(`its ${key} has an unknown form`);
  return value;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isService(value: unknown): value is AssignedService {
  return isMap(value) && typeof value.name === 'string' && typeof value.port === 'number' && isMap(value.owner);
}
