import type { ExperimentSpec, ProcessGroupSpec, ProcessSpec } from '../../../engine/spec/experiment-spec.ts';
import { adviceFor, advise } from '../../../engine/text/advice.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { describeNamespace, describePods } from '../delete/describe-pods.ts';
import { leaseSeconds } from '../launch/lease.ts';
import type { ExperimentRecord } from '../manifests/experiment-record.ts';
import { annotations, labels } from '../manifests/labels.ts';
import { plainRecordName, withoutGeneration } from '../manifests/object-names.ts';
import type { ExperimentCondition } from './experiment-condition.ts';
import { type ExperimentLocation, locationKey } from './experiment-names.ts';
import type { KnownExperiment } from './find-experiments.ts';

/** The remains of an experiment whose record is missing or unreadable, derived from its other objects. */
export interface Remains {
  readonly known: KnownExperiment;
  /** A substitute derived from the pods: it lists the processes without their declarations. */
  readonly record: ExperimentRecord;
  readonly createdAt: string;
  /** Explains what happened to the record, or what blocks the deletion. */
  readonly condition: ExperimentCondition;
}

/** The objects of an experiment in one namespace. */
export interface RemainsSource {
  readonly location: ExperimentLocation;
  /** An unreadable record, and the reason. */
  readonly broken?: { readonly object: KubeObject; readonly why: string };
  /** The namespace, if it was created for the experiment. */
  readonly namespace?: KubeObject;
  readonly pods: readonly KubeObject[];
  readonly launches: readonly string[];
}

/** @param now the server's time, in milliseconds */
export function remainsOf(source: RemainsSource, now: number): Remains {
  const { location, broken, namespace, pods } = source;
  const launch = source.launches[0] ?? '';
  const isOwn = namespace !== undefined || broken?.object.metadata.name === plainRecordName || pods.some(isPlain);
  const condition = describeCondition(source, now);
  const spec: ExperimentSpec = { name: location.experiment, ...processesOf(pods) };
  const times = [broken?.object, namespace, ...pods].flatMap((object) => object?.metadata.creationTimestamp ?? []);
  return {
    known: {
      name: location.experiment,
      location: { ...location, ownNamespace: isOwn },
      launches: source.launches,
      isDeleting: condition.state === 'stopping',
    },
    record: { launchId: launch, version: '', spec, services: [] },
    createdAt: new Date(times.sort()[0] ?? 0).toISOString(),
    condition,
  };
}

function describeCondition({ location, broken, namespace, pods }: RemainsSource, now: number): ExperimentCondition {
  const advice = adviceFor(advise((say) => `delete it with: ${say.act('delete', locationKey(location))}`));
  if (namespace?.metadata.deletionTimestamp !== undefined) {
    const remaining = pods.length > 0 ? describePods(pods) : [describeNamespace(namespace)];
    return { state: 'stopping', isOver: true, reason: `still there: ${remaining.join('; ')}` };
  }
  if (broken !== undefined) {
    const { object, why } = broken;
    const reason = `its record (ConfigMap ${object.metadata.name}) cannot be read: ${why}; ${advice}`;
    if (object.metadata.annotations?.[annotations.deleting] !== undefined) {
      return { state: 'stopping', isOver: true, reason };
    }
    return pods.length === 0 ? { state: 'failed', reason } : { reason };
  }
  if (pods.length > 0 && pods.every(({ metadata }) => metadata.deletionTimestamp !== undefined)) {
    return { state: 'stopping', isOver: true, reason: `still there: ${describePods(pods).join('; ')}` };
  }
  if (pods.length > 0) return { reason: `its record is gone, but its pods remain; ${advice}` };
  const age = now - Date.parse(namespace?.metadata.creationTimestamp ?? '');
  if (age < leaseSeconds * 1000) return { state: 'starting', reason: 'it is being launched' };
  return { state: 'failed', isOver: true, reason: `its launch or its deletion was interrupted; ${advice}` };
}

/** Whether a pod's name has no prefix, as in a namespace of the experiment's own. */
function isPlain({ metadata }: KubeObject): boolean {
  const member = metadata.labels?.[labels.group] ?? metadata.labels?.[labels.member];
  return member !== undefined && withoutGeneration(metadata.name) === member;
}

/** The processes in the pods. Their declarations are lost with the record. */
function processesOf(pods: readonly KubeObject[]): Pick<ExperimentSpec, 'processes' | 'groups'> {
  const processes: Record<string, ProcessSpec> = {};
  const groups: Record<string, ProcessGroupSpec> = {};
  for (const { metadata, spec } of pods) {
    const group = metadata.labels?.[labels.group];
    const containers = (spec?.containers ?? []) as readonly { readonly name: string }[];
    if (group === undefined) {
      const name = metadata.labels?.[labels.member];
      if (name !== undefined) processes[name] = { command: [] };
    } else groups[group] = { processes: Object.fromEntries(containers.map(({ name }) => [name, { command: [] }])) };
  }
  return { processes, groups };
}
