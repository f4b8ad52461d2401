import type { ExperimentDescription, ProcessDescription } from '../../../engine/cluster.ts';
import type { AssignedService } from '../../../engine/networking.ts';
import { hideSecrets } from '../../../engine/secrets.ts';
import { resolveExperiment } from '../../../engine/spec/resolve-experiment.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolved-experiment.ts';
import {
  countProcesses,
  type ExperimentStatus,
  formatProcess,
  type ProcessReference,
  type ProcessStatus,
  summarizeState,
} from '../../../engine/status.ts';
import type { ExperimentSnapshot } from '../../../engine/watch.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type ExperimentRecord, readExperimentRecord } from '../experiment-record.ts';
import type { OwnerReference } from '../kube-object.ts';
import { planOnKube } from '../kube-plan.ts';
import { annotations, labels } from '../labels.ts';
import { generation } from '../logs/container-runs.ts';
import { podName, withoutGeneration } from '../object-names.ts';
import type { PodJson } from '../pod-json.ts';
import { containerRuns } from '../pod-runs.ts';
import { serviceStatus } from '../visit/service-status.ts';
import { type KnownExperiment, knownExperiment } from './find-experiments.ts';
import type { PodEvents } from './pod-events.ts';
import { processStatus, type StatusContext } from './process-status.ts';

/** One experiment: its record, and what is known of its pods and services. */
export class ExperimentEntry {
  readonly record: ExperimentRecord;
  readonly processes: readonly ResolvedProcess[];
  readonly #byMember: ReadonlyMap<string, readonly ResolvedProcess[]>;
  #memberByPod: ReadonlyMap<string, string> | undefined;
  readonly #statuses = new Map<string, ProcessStatus>();
  #object: KubeObject;

  /** @returns undefined if the record is broken */
  static from(object: KubeObject): ExperimentEntry | undefined {
    const record = readExperimentRecord(object as { data?: Readonly<Record<string, string>> });
    return record && new ExperimentEntry(object, record);
  }

  private constructor(object: KubeObject, record: ExperimentRecord) {
    this.#object = object;
    this.record = record;
    this.processes = resolveExperiment(record.spec).processes;
    this.#byMember = Map.groupBy(this.processes, memberKey);
  }

  /** The same launch, as its record stands now. */
  update(object: KubeObject): void {
    this.#object = object;
  }

  get known(): KnownExperiment {
    return knownExperiment(this.#object);
  }

  /** Its record, which owns all else that it is made of. */
  get owner(): OwnerReference {
    const { name, uid = '' } = this.#object.metadata;
    return { apiVersion: 'v1', kind: 'ConfigMap', name, uid };
  }

  get #context(): Omit<StatusContext, 'events' | 'missingPodEvents'> {
    const { location, isDeleting } = this.known;
    const isLaunched = this.#object.metadata.annotations?.[annotations.launched] !== undefined;
    return { location, services: this.services, isLaunched, isDeleting };
  }

  get services(): readonly AssignedService[] {
    return this.record.services;
  }

  /** The member that a pod of this name is or was of, also where the pod is gone. @param name the pod's, of any generation */
  memberOfPod(namespace: string, name: string): string | undefined {
    const { location } = this.known;
    if (location.namespace !== namespace) return undefined;
    this.#memberByPod ??= new Map(this.processes.map((process) => [podName(location, process), memberKey(process)]));
    return this.#memberByPod.get(withoutGeneration(name));
  }

  /** Looks at the pods of a member, or of all; returns the processes that are not as they were. */
  refresh(
    pods: (member: string) => Iterable<KubeObject>,
    events: Pick<PodEvents, 'of' | 'ofMissing'>,
    members?: Iterable<string>,
  ): ProcessStatus[] {
    const changed: ProcessStatus[] = [];
    const { location } = this.known;
    const context: StatusContext = {
      ...this.#context,
      events: (pod) => events.of(pod),
      missingPodEvents: (pod) =>
        events.ofMissing(location.namespace, pod, this.#object.metadata.creationTimestamp ?? ''),
    };
    for (const member of members ?? this.#byMember.keys()) {
      const pod = newestPod(pods(member));
      for (const process of this.#byMember.get(member) ?? []) {
        const status = processStatus(process, pod, context);
        const key = formatProcess(process);
        if (JSON.stringify(status) === JSON.stringify(this.#statuses.get(key))) continue;
        this.#statuses.set(key, status);
        changed.push(status);
      }
    }
    return changed;
  }

  /** Whether a process has lost its pod. */
  get hasMissingPod(): boolean {
    return this.statuses.some(({ state, node }) => state === 'lost' && node === undefined);
  }

  /** @param find the Kubernetes Service of that name */
  snapshot(find: (service: string) => KubeObject | undefined): ExperimentSnapshot {
    return { experiment: this.row(find), processes: this.statuses };
  }

  get statuses(): readonly ProcessStatus[] {
    return this.processes.flatMap((process) => this.#statuses.get(formatProcess(process)) ?? []);
  }

  row(find: (service: string) => KubeObject | undefined): ExperimentStatus {
    const statuses = this.statuses;
    return {
      name: this.known.name,
      backend: 'kube',
      place: `namespace ${this.known.location.namespace}`,
      state: this.known.isDeleting ? 'stopping' : summarizeState(statuses),
      createdAt: new Date(this.#object.metadata.creationTimestamp ?? 0).toISOString(),
      processes: countProcesses(statuses),
      services: this.services.map((service) => serviceStatus(service, find(service.name))),
    };
  }

  describe(
    pods: (member: string) => Iterable<KubeObject>,
    find: (service: string) => KubeObject | undefined,
    where: string,
  ): ExperimentDescription {
    const { experiment, processes } = this.snapshot(find);
    const statuses = new Map(processes.map((status) => [formatProcess(status), status]));
    const { location } = this.known;
    return {
      ...experiment,
      launchId: this.record.launchId,
      location: `namespace ${location.namespace} ${where}`,
      spec: this.record.spec,
      members: this.processes.flatMap((process): ProcessDescription[] => {
        const status = statuses.get(formatProcess(process));
        if (status === undefined) return [];
        const { env, startDir, bind, connect, expose } = process;
        const pod = newestPod(pods(memberKey(process)));
        const runs = pod === undefined ? [] : containerRuns(pod as PodJson, process.name);
        return [{ ...status, runs, env: hideSecrets(env), startDir, bind, connect, expose }];
      }),
      notes: planOnKube(this.record.spec)
        .notes.filter(({ verdict }) => verdict === 'not-enforced')
        .map(({ path, message }) => `${path}: ${message}`),
    };
  }
}

/** The pod that a process is in, within its experiment: a group and a process may have one name. */
export function memberKey({ group, name }: ProcessReference): string {
  return group === null ? name : `${group}/`;
}

/** The same of a pod, unless it was replaced. */
export function podMember({ metadata }: KubeObject): string | undefined {
  const own = metadata.labels ?? {};
  const member = own[labels.member];
  return member !== undefined && own[labels.group] !== undefined ? `${member}/` : member;
}

export function newestPod(pods: Iterable<KubeObject>): KubeObject | undefined {
  let found: KubeObject | undefined;
  for (const pod of pods) if (found === undefined || generation(pod) >= generation(found)) found = pod;
  return found;
}
