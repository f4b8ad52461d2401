import type { KubeObject } from '../api/kube-object.ts';
import { labels } from '../manifests/labels.ts';
import { podMember } from '../status/process-pods.ts';
import { conditionOf } from './experiment-condition.ts';
import { ExperimentEntry } from './experiment-entry.ts';
import type { ExperimentLocation } from './experiment-names.ts';
import { type RemainsSource, remainsOf } from './remains.ts';
import { supervisionCondition } from './supervision-condition.ts';

interface Launch {
  /** By member, then by pod name. */
  readonly pods: Map<string, Map<string, KubeObject>>;
  /** By service name. */
  readonly services: Map<string, KubeObject>;
}

/** The known objects of one experiment in one namespace, whichever exist. */
export class ExperimentObjects {
  readonly location: ExperimentLocation;
  /** The record, readable or not. */
  record: KubeObject | undefined;
  /** The namespace, if it was created for the experiment. */
  namespace: KubeObject | undefined;
  /** Whether a search found no record after the other objects were seen. */
  isWithoutRecord = false;
  /** The pods of the supervisor, by name. */
  readonly #supervisors = new Map<string, KubeObject>();
  #entry: ExperimentEntry | undefined;
  #damage: string | undefined;
  readonly #launches = new Map<string, Launch>();

  constructor(location: ExperimentLocation) {
    this.location = location;
  }

  /** The entry to report; undefined as long as too little is known. */
  get entry(): ExperimentEntry | undefined {
    return this.#entry;
  }

  get isEmpty(): boolean {
    return this.record === undefined && this.namespace === undefined && this.#launches.size === 0;
  }

  /** Whether there are objects without a record. */
  get lacksRecord(): boolean {
    const isLaunched = this.namespace?.metadata.labels?.[labels.launch] !== undefined;
    return this.record === undefined && (isLaunched || this.#launches.size > 0);
  }

  putRecord(object: KubeObject): void {
    this.record = object;
    this.isWithoutRecord = false;
    if (this.#entry?.isOf(object)) this.#entry.update(object);
    else this.#damage = undefined;
  }

  putPod(object: KubeObject): void {
    const member = podMember(object);
    if (member === undefined) return;
    const { pods } = this.#launch(launchOf(object));
    const known = pods.get(member);
    if (known === undefined) pods.set(member, new Map([[object.metadata.name, object]]));
    else known.set(object.metadata.name, object);
  }

  putSupervisor(object: KubeObject): void {
    this.#supervisors.set(object.metadata.name, object);
  }

  removeSupervisor({ metadata }: KubeObject): void {
    this.#supervisors.delete(metadata.name);
  }

  putService(object: KubeObject, service: string): void {
    this.#launch(launchOf(object)).services.set(service, object);
  }

  /** @returns the members of which it was a pod */
  removePod(object: KubeObject): string[] {
    const launch = launchOf(object);
    const members: string[] = [];
    for (const [member, pods] of this.#launches.get(launch)?.pods ?? []) {
      if (!pods.delete(object.metadata.name)) continue;
      members.push(member);
      if (pods.size === 0) this.#launches.get(launch)?.pods.delete(member);
    }
    this.#dropEmpty(launch);
    return members;
  }

  removeService(object: KubeObject, service: string): void {
    const launch = launchOf(object);
    this.#launches.get(launch)?.services.delete(service);
    this.#dropEmpty(launch);
  }

  /** Forgets all pods or all services before they are listed again. */
  clear(kind: 'pods' | 'services'): void {
    if (kind === 'pods') this.#supervisors.clear();
    for (const [launch, parts] of this.#launches) {
      parts[kind].clear();
      this.#dropEmpty(launch);
    }
  }

  /** The pods of the reported launch: those of one member, or all current ones. */
  pods(member?: string): KubeObject[] {
    const launches = this.#reportedLaunches();
    if (member !== undefined) return launches.flatMap(({ pods }) => [...(pods.get(member)?.values() ?? [])]);
    return launches.flatMap(({ pods }) => [...pods.values()].flatMap((some) => [...some.values()]));
  }

  service(name: string): KubeObject | undefined {
    for (const { services } of this.#reportedLaunches()) if (services.has(name)) return services.get(name);
    return undefined;
  }

  /** The ids of all launches with objects; the record's is first. */
  get launches(): string[] {
    const own = [this.record, this.namespace].flatMap((object) => object?.metadata.labels?.[labels.launch] ?? []);
    return [...new Set([...own, ...this.#launches.keys()])];
  }

  /** Updates the entry from the objects. @param now the server's time, in milliseconds */
  settle(now: number): void {
    if (this.record !== undefined && this.#damage === undefined) {
      try {
        if (!this.#entry?.isOf(this.record)) this.#entry = ExperimentEntry.read(this.record);
        const { members, record } = this.#entry;
        const condition = conditionOf(this.record, { pods: this.pods(), members, now });
        const supervisors = [...this.#supervisors.values()].filter((pod) => launchOf(pod) === record.launchId);
        this.#entry.condition =
          condition.state === undefined && !condition.isBrokenOff
            ? { ...condition, ...supervisionCondition(this.record, record.supervision, supervisors, now) }
            : condition;
        return;
      } catch (error) {
        this.#damage = (error as Error).message;
      }
    }
    const isEnding = this.namespace?.metadata.deletionTimestamp !== undefined;
    const isKnown = this.record !== undefined || isEnding || (this.isWithoutRecord && this.lacksRecord);
    this.#entry = isKnown ? ExperimentEntry.ofRemains(remainsOf(this.#remainsSource(), now)) : undefined;
  }

  /**
   * Treats a readable record with impossible content as unreadable: from now on only the other objects are reported.
   */
  damage(error: unknown, now: number): void {
    this.#damage = (error as Error).message;
    this.settle(now);
  }

  #remainsSource(): RemainsSource {
    const { location, namespace, record, launches } = this;
    const pods = [...this.#launches.values()].flatMap(({ pods }) =>
      [...pods.values()].flatMap((some) => [...some.values()]),
    );
    return {
      location,
      pods,
      launches,
      ...(record && { broken: { object: record, why: this.#damage ?? 'it has an unknown form' } }),
      ...(namespace && { namespace }),
    };
  }

  /** With a record, only the record's launch is reported. */
  #reportedLaunches(): Launch[] {
    if (this.#entry === undefined || this.#entry.isRemains) return [...this.#launches.values()];
    const launch = this.#launches.get(this.#entry.record.launchId);
    return launch === undefined ? [] : [launch];
  }

  #launch(id: string): Launch {
    const known = this.#launches.get(id);
    if (known !== undefined) return known;
    const made: Launch = { pods: new Map(), services: new Map() };
    this.#launches.set(id, made);
    return made;
  }

  #dropEmpty(id: string): void {
    const launch = this.#launches.get(id);
    if (launch?.pods.size === 0 && launch.services.size === 0) this.#launches.delete(id);
  }
}

export function launchOf({ metadata }: KubeObject): string {
  return metadata.labels?.[labels.launch] ?? '';
}
