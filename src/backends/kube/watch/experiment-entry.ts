import { processKey } from '../../../engine/contract/process-key.ts';
import {
  countProcesses,
  type ExperimentStatus,
  formatProcess,
  type ProcessStatus,
  summarizeState,
} from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import type { ExperimentFacts } from '../../../engine/rules/experiment-end.ts';
import { decideByRules } from '../../../engine/rules/experiment-rules.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import { resolveExperiment } from '../../../engine/spec/resolve/resolve-experiment.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type ExperimentRecord, readExperimentRecord } from '../manifests/experiment-record.ts';
import { annotations, labels } from '../manifests/labels.ts';
import { podName, withoutGeneration } from '../manifests/object-names.ts';
import { memberKey, newestPod } from '../status/process-pods.ts';
import { processStatus, type StatusContext } from '../status/process-status.ts';
import { ruleFacts } from '../status/rule-facts.ts';
import { type Decisions, readDecisions } from '../supervisor/decisions.ts';
import { isWaiting } from '../supervisor/supervised-rules.ts';
import { serviceStatus } from '../visit/service-status.ts';
import type { ExperimentCondition } from './experiment-condition.ts';
import { type KnownExperiment, knownExperiment } from './find-experiments.ts';
import type { PodEvents } from './pod-events.ts';
import type { Remains } from './remains.ts';

/** One experiment: its record, and the state of its pods and services. */
export class ExperimentEntry {
  readonly record: ExperimentRecord;
  readonly processes: readonly ResolvedProcess[];
  readonly #byMember: ReadonlyMap<string, readonly ResolvedProcess[]>;
  #memberByPod: ReadonlyMap<string, string> | undefined;
  readonly #statuses = new Map<string, ProcessStatus>();
  /** The condition of the experiment as a whole, in addition to the states of its processes. */
  condition: ExperimentCondition;
  readonly resolved: ResolvedExperiment;
  #decisions: Decisions | undefined;
  #source: KubeObject | Remains;
  #name: string;

  /** @throws Error with a message that names the defect of the record */
  static read(object: KubeObject): ExperimentEntry {
    return new ExperimentEntry(object, readExperimentRecord(object as { readonly data?: unknown }), {});
  }

  static ofRemains(remains: Remains): ExperimentEntry {
    return new ExperimentEntry(remains, remains.record, remains.condition);
  }

  private constructor(source: KubeObject | Remains, record: ExperimentRecord, condition: ExperimentCondition) {
    this.#source = source;
    this.record = record;
    this.condition = condition;
    this.resolved = resolveExperiment(record.spec);
    this.processes = this.resolved.processes;
    this.#byMember = Map.groupBy(this.processes, memberKey);
    this.#name = this.known.name;
  }

  /** Whether a record is of this launch and has the same content. */
  isOf(object: KubeObject): boolean {
    const own = this.#source;
    if (!('metadata' in own)) return false;
    const said = ({ metadata, data }: KubeObject) => [metadata.labels?.[labels.launch], data?.spec, data?.launch];
    return said(own).every((part, index) => part === said(object)[index]);
  }

  /** The number of pods of the complete experiment. */
  get members(): number {
    return this.#byMember.size;
  }

  /** The record; undefined if it is missing or unreadable. */
  get object(): KubeObject | undefined {
    return 'metadata' in this.#source ? this.#source : undefined;
  }

  /** Takes over a newer version of the same launch's record. */
  update(object: KubeObject): void {
    this.#source = object;
    this.#decisions = undefined;
  }

  /** What its supervisor has decided; undefined if it has no supervisor. */
  get decisions(): Decisions | undefined {
    if (this.record.supervision?.kind !== 'pod' || this.object === undefined) return undefined;
    this.#decisions ??= readDecisions(this.object as { readonly data?: unknown });
    return this.#decisions;
  }

  /** The reported name: its own, or `namespace/name`. */
  get name(): string {
    return this.#name;
  }

  rename(name: string): void {
    if (name === this.#name) return;
    this.#name = name;
    this.#statuses.clear();
  }

  /** Whether its record is missing or unreadable, so that only the other objects are known. */
  get isRemains(): boolean {
    return !('metadata' in this.#source);
  }

  get known(): KnownExperiment {
    return 'metadata' in this.#source ? knownExperiment(this.#source) : this.#source.known;
  }

  /** Whether all of its pods have been created. */
  get isLaunched(): boolean {
    return !('metadata' in this.#source) || this.#source.metadata.annotations?.[annotations.launched] !== undefined;
  }

  get #context(): Omit<StatusContext, 'events' | 'missingPodEvents'> {
    const { location, isDeleting } = this.known;
    const { isBrokenOff = false } = this.condition;
    return {
      experiment: this.name,
      location,
      services: this.services,
      isLaunched: this.isLaunched,
      isDeleting,
      isBrokenOff,
      decisions: this.decisions,
    };
  }

  get services(): readonly AssignedService[] {
    return this.record.services;
  }

  /** The member of a pod, even if the pod is gone. @param name the pod's name, of any generation */
  memberOfPod(namespace: string, name: string): string | undefined {
    const { location } = this.known;
    if (location.namespace !== namespace) return undefined;
    this.#memberByPod ??= new Map(
      this.processes.map((resolvedProcess) => [podName(location, resolvedProcess), memberKey(resolvedProcess)]),
    );
    return this.#memberByPod.get(withoutGeneration(name));
  }

  /** Updates the statuses from the pods of a member, or of all; returns the processes that changed. */
  refresh(
    pods: (member: string) => Iterable<KubeObject>,
    events: Pick<PodEvents, 'eventsOf' | 'ofMissing'>,
    members?: Iterable<string>,
  ): ProcessStatus[] {
    const before = new Map<string, ProcessStatus | undefined>();
    const set = (status: ProcessStatus) => {
      const key = formatProcess(status);
      if (!before.has(key)) before.set(key, this.#statuses.get(key));
      this.#statuses.set(key, status);
    };
    const { location } = this.known;
    const context: StatusContext = {
      ...this.#context,
      events: (pod) => events.eventsOf(pod),
      missingPodEvents: (pod) => events.ofMissing(location.namespace, pod, this.#createdAt),
    };
    for (const member of members ?? this.#byMember.keys()) {
      const pod = newestPod(pods(member));
      for (const resolvedProcess of this.#byMember.get(member) ?? []) {
        set(processStatus(resolvedProcess, pod, context));
      }
    }
    for (const status of this.#explainWaiting(pods)) set(status);
    return [...before].flatMap(([key, old]) => {
      const status = this.#statuses.get(key);
      return status === undefined || JSON.stringify(status) === JSON.stringify(old) ? [] : [status];
    });
  }

  /** The statuses of processes that wait for others, with what they wait for now. */
  #explainWaiting(pods: (member: string) => Iterable<KubeObject>): ProcessStatus[] {
    if (this.decisions === undefined || !this.processes.some(isWaiting)) return [];
    const { wait, skip } = decideByRules(this.resolved, this.ruleFacts(pods, this.decisions), Date.now());
    const reasons = new Map([...wait, ...skip].map(({ key, reason }) => [key, reason]));
    return this.statuses.flatMap((status) => {
      const reason = status.state === 'pending' ? reasons.get(processKey(status)) : undefined;
      return reason === undefined ? [] : [{ ...status, reason }];
    });
  }

  /** What the rules of the experiment know of its processes. */
  ruleFacts(pods: (member: string) => Iterable<KubeObject>, decisions: Decisions): ExperimentFacts {
    const processes = this.processes.flatMap((resolvedProcess) => {
      const status = this.#statuses.get(formatProcess(resolvedProcess));
      const pod = newestPod(pods(memberKey(resolvedProcess)));
      return status === undefined ? [] : [ruleFacts(resolvedProcess, status, pod, decisions)];
    });
    const launchedAt = Date.parse(this.object?.metadata.annotations?.[annotations.launched] ?? '') || 0;
    return { launchedAt, processes, end: decisions.over };
  }

  /** Whether the pod of a process is missing. */
  get hasMissingPod(): boolean {
    return this.statuses.some(({ state, node }) => state === 'lost' && node === undefined);
  }

  /** @param find returns the Kubernetes Service of a service */
  snapshot(find: (service: string) => KubeObject | undefined): ExperimentSnapshot {
    return { experiment: this.row(find), processes: this.statuses };
  }

  get statuses(): readonly ProcessStatus[] {
    return this.processes.flatMap((resolvedProcess) => this.#statuses.get(formatProcess(resolvedProcess)) ?? []);
  }

  row(find: (service: string) => KubeObject | undefined): ExperimentStatus {
    const statuses = this.statuses;
    const { state, reason, blocked } = this.condition;
    const over = this.decisions?.over;
    const remark = reason ?? over?.reason;
    const summary = summarizeState(statuses, over?.outcome);
    return {
      name: this.name,
      backend: 'kube',
      place: `namespace ${this.known.location.namespace}`,
      state:
        state ??
        (this.known.isDeleting
          ? 'stopping'
          : this.condition.isStarting && summary === 'running'
            ? 'starting'
            : summary),
      ...(remark !== undefined && { reason: remark }),
      ...(over && { outcome: over.outcome }),
      ...(blocked && { blocked }),
      createdAt: this.#createdAt,
      processes: countProcesses(statuses),
      services: this.services.map((service) => serviceStatus(service, find(service.name))),
    };
  }

  get #createdAt(): string {
    if (!('metadata' in this.#source)) return this.#source.createdAt;
    return new Date(this.#source.metadata.creationTimestamp ?? 0).toISOString();
  }
}
