import { SymphonyError } from '../../engine/errors.ts';
import type { AssignedService } from '../../engine/networking.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import { mostBytes } from './carried-files.ts';
import type { KubeObject } from './kube-object.ts';
import { experimentLabels, labels } from './labels.ts';
import { type KubeLocation, recordName } from './object-names.ts';

/** What the cluster keeps of a launch: an experiment exists as long as this does. It holds no secret's value. */
export interface ExperimentRecord {
  readonly launchId: string;
  /** Symphony's version. */
  readonly version: string;
  readonly spec: ExperimentSpec;
  readonly services: readonly AssignedService[];
}

/** The ConfigMap that keeps a record. It is created first, and owns the other objects in its namespace. */
export function recordObject(location: KubeLocation, record: ExperimentRecord): KubeObject {
  const { spec, ...launch } = record;
  const data = { spec: JSON.stringify(spec), launch: JSON.stringify(launch) };
  const bytes = Buffer.byteLength(data.spec) + Buffer.byteLength(data.launch);
  if (bytes > mostBytes) {
    throw new SymphonyError('invalid-spec', `The spec is ${bytes} bytes; a cluster keeps ${mostBytes} at most.`);
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

/** The record in such a ConfigMap; undefined if it is none, or not one that can be read. */
export function readExperimentRecord(object: {
  readonly data?: Readonly<Record<string, string>>;
}): ExperimentRecord | undefined {
  const { spec, launch } = object.data ?? {};
  if (spec === undefined || launch === undefined) return undefined;
  try {
    return { ...JSON.parse(launch), spec: JSON.parse(spec) };
  } catch {
    return undefined;
  }
}
