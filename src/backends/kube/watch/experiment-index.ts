import type { ExperimentSnapshot, WatchEvent } from '../../../engine/contract/watch.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { labels, supervisorRole } from '../manifests/labels.ts';
import type { EventJson } from '../status/pod-json.ts';
import { podMember } from '../status/process-pods.ts';
import type { ExperimentEntry } from './experiment-entry.ts';
import { displayNames, type ExperimentLocation, findNamed, locationKey } from './experiment-names.ts';
import { ExperimentObjects } from './experiment-objects.ts';
import { PodEvents } from './pod-events.ts';
import { ReportedExperiments } from './reported-experiments.ts';

/** The kinds of objects from which experiments are derived. */
export const indexedKinds = ['Namespace', 'ConfigMap', 'Pod', 'Service'] as const;
export type IndexedKind = (typeof indexedKinds)[number];

interface Changes {
  /** Members whose pods changed; ignored if `all` is set. */
  readonly members: Set<string>;
  all: boolean;
}

export interface IndexOptions {
  /** The namespace whose experiments keep their bare names. */
  readonly preferred?: string | undefined;
  /** The reported name of one experiment, even if another one has the same name. */
  readonly alias?: { readonly location: ExperimentLocation; readonly name: string } | undefined;
  /** The server's time, in milliseconds. */
  readonly now: () => number;
}

/**
 * Derives the experiments from records, namespaces, pods and services, and the changes since the last call of
 * `changes`. Only processes whose pods changed are evaluated again.
 */
export class ExperimentIndex {
  readonly #options: IndexOptions;
  /** By `namespace/name`, like all maps below without another note. */
  readonly #objects = new Map<string, ExperimentObjects>();
  readonly #events = new PodEvents();
  /** By the pod's uid. */
  readonly #podPlaces = new Map<string, { readonly key: string; readonly member: string }>();
  readonly #changes = new Map<string, Changes>();
  readonly #reported = new ReportedExperiments();

  constructor(options: IndexOptions) {
    this.#options = options;
  }

  /** Replaces all objects of a kind, in one namespace or in all. */
  replace(kind: IndexedKind, items: readonly KubeObject[], namespace?: string): void {
    for (const [key, objects] of this.#objects) {
      if (namespace !== undefined && objects.location.namespace !== namespace) continue;
      if (kind === 'ConfigMap') objects.record = undefined;
      else if (kind === 'Namespace') objects.namespace = undefined;
      else objects.clear(kind === 'Pod' ? 'pods' : 'services');
      this.#mark(key);
    }
    for (const item of items) this.put(kind, item);
  }

  put(kind: IndexedKind, object: KubeObject): void {
    const location = locationOf(kind, object);
    if (location === undefined) return;
    const key = locationKey(location);
    const objects = this.#objectsAt(location);
    if (kind === 'Pod' && isSupervisor(object)) {
      objects.putSupervisor(object);
      this.#mark(key, []);
      return;
    }
    if (kind === 'Pod' && podMember(object) === undefined) {
      this.remove('Pod', object);
      return;
    }
    if (kind === 'ConfigMap') objects.putRecord(object);
    else if (kind === 'Namespace') objects.namespace = object;
    else if (kind === 'Service') {
      const service = object.metadata.labels?.[labels.service];
      if (service === undefined) return;
      objects.putService(object, service);
      this.#mark(key, []);
      return;
    } else {
      const member = podMember(object) ?? '';
      objects.putPod(object);
      this.#podPlaces.set(object.metadata.uid ?? '', { key, member });
      if (object.status?.phase !== 'Pending') this.#events.forget(object);
      this.#mark(key, [member]);
      return;
    }
    this.#mark(key);
  }

  remove(kind: IndexedKind, object: KubeObject): void {
    const location = locationOf(kind, object);
    if (location === undefined) return;
    const key = locationKey(location);
    const objects = this.#objects.get(key);
    if (kind === 'Pod') {
      // The events of an undeleted experiment's pod explain why the pod is gone, so they are kept.
      if (objects?.entry?.known.isDeleting ?? true) this.#events.forget(object);
      this.#podPlaces.delete(object.metadata.uid ?? '');
    }
    if (objects === undefined) return;
    if (kind === 'Pod' && isSupervisor(object)) {
      objects.removeSupervisor(object);
      this.#mark(key, []);
      return;
    }
    if (kind === 'ConfigMap') {
      if (objects.record?.metadata.uid === object.metadata.uid) objects.record = undefined;
    } else if (kind === 'Namespace') objects.namespace = undefined;
    else if (kind === 'Service') objects.removeService(object, object.metadata.labels?.[labels.service] ?? '');
    this.#mark(key, kind === 'Pod' ? objects.removePod(object) : kind === 'Service' ? [] : undefined);
  }

  /** Adds events of pods. @returns whether any of them concerns a pod in the index */
  putEvents(events: readonly KubeObject[]): boolean {
    let isNew = false;
    for (const event of events) {
      const isKnown = !this.#events.put(event);
      const location = this.#podPlaces.get(event.involvedObject?.uid ?? '') ?? this.#placeOfMissing(event);
      if (isKnown || location === undefined) continue;
      this.#mark(location.key, [location.member]);
      isNew = true;
    }
    return isNew;
  }

  #placeOfMissing({ involvedObject }: KubeObject): { key: string; member: string } | undefined {
    for (const [key, { entry }] of this.#objects) {
      const member = entry?.memberOfPod(involvedObject?.namespace ?? '', involvedObject?.name ?? '');
      if (member !== undefined) return { key, member };
    }
    return undefined;
  }

  /** Experiments that have objects but no known record. The record may only be late. */
  unconfirmed(): ExperimentLocation[] {
    const lacking = [...this.#objects.values()].filter((objects) => objects.lacksRecord && !objects.isWithoutRecord);
    return lacking.map(({ location }) => location);
  }

  /** Notes that a search found no record. */
  confirmWithoutRecord(location: ExperimentLocation): void {
    const objects = this.#objects.get(locationKey(location));
    if (objects === undefined || objects.record !== undefined) return;
    objects.isWithoutRecord = true;
    this.#mark(locationKey(location));
  }

  /** Marks an experiment for another evaluation because time has passed. */
  touch(entry: ExperimentEntry): void {
    this.#mark(locationKey(entry.known.location));
  }

  snapshots(): ExperimentSnapshot[] {
    this.changes();
    return [...this.entries()]
      .map((entry) => entry.snapshot((service) => this.service(entry, service)))
      .sort((a, b) => (a.experiment.createdAt < b.experiment.createdAt ? -1 : 1));
  }

  /**
   * Finds the experiment that a name refers to.
   * @returns undefined if there is none
   * @throws SymphonyError `ambiguous`
   */
  find(name: string): ExperimentEntry | undefined {
    const entries = [...this.entries()];
    const locations = entries.map((entry) => ({ ...entry.known.location, entry }));
    return findNamed(name, locations, this.#options.preferred)?.entry;
  }

  entries(): ExperimentEntry[] {
    this.#settle();
    return [...this.#objects.values()].flatMap(({ entry }) => entry ?? []);
  }

  /** The pods of a member; without one, all current pods of the launch. */
  pods(entry: ExperimentEntry, member?: string): KubeObject[] {
    return this.#objects.get(locationKey(entry.known.location))?.pods(member) ?? [];
  }

  /** The known events of a pod, oldest first. */
  events(pod: KubeObject): readonly EventJson[] {
    return this.#events.eventsOf(pod);
  }

  service(entry: ExperimentEntry, name: string): KubeObject | undefined {
    return this.#objects.get(locationKey(entry.known.location))?.service(name);
  }

  /** The ids of all launches with objects, not only of the reported one. */
  launches(entry: ExperimentEntry): readonly string[] {
    return this.#objects.get(locationKey(entry.known.location))?.launches ?? [];
  }

  /** The changes since the last call. */
  changes(): WatchEvent[] {
    this.#settle();
    const names = this.#names();
    const events: WatchEvent[] = [];
    for (const { key, name } of this.#reported.forgetExcept(names)) {
      events.push({ type: 'deleted', name });
      this.#mark(key);
    }
    for (const [key, name] of names) if (!this.#reported.has(key)) this.#objects.get(key)?.entry?.rename(name);
    for (const [key, changes] of this.#changes) {
      const objects = this.#objects.get(key);
      if (objects === undefined) continue;
      try {
        events.push(...this.#reported.update(key, objects, this.#events, changes.all ? undefined : changes.members));
      } catch (error) {
        // A defective record must not hide the other experiments.
        objects.damage(error, this.#options.now());
        objects.entry?.rename(names.get(key) ?? key);
        events.push(...this.#reported.update(key, objects, this.#events, undefined));
      }
    }
    this.#changes.clear();
    return events;
  }

  /** Updates the entries of changed experiments, and forgets those without objects. */
  #settle(): void {
    const now = this.#options.now();
    for (const key of this.#changes.keys()) {
      const objects = this.#objects.get(key);
      if (objects === undefined) continue;
      const before = objects.entry?.name;
      objects.settle(now);
      if (before !== undefined) objects.entry?.rename(before);
      if (objects.isEmpty) this.#objects.delete(key);
    }
  }

  #names(): Map<string, string> {
    const reported = [...this.#objects.values()]
      .filter(({ entry }) => entry !== undefined)
      .map(({ location }) => location);
    const names = displayNames(reported, this.#options.preferred);
    const { alias } = this.#options;
    if (alias !== undefined && names.has(locationKey(alias.location)))
      names.set(locationKey(alias.location), alias.name);
    return names;
  }

  #objectsAt(location: ExperimentLocation): ExperimentObjects {
    const key = locationKey(location);
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const made = new ExperimentObjects(location);
    this.#objects.set(key, made);
    return made;
  }

  #mark(key: string, members?: readonly string[]): void {
    const changes = this.#changes.get(key) ?? { members: new Set<string>(), all: false };
    this.#changes.set(key, changes);
    if (members === undefined) changes.all = true;
    for (const member of members ?? []) changes.members.add(member);
  }
}

/** The experiment of an object; undefined if it names none. */
function locationOf(kind: IndexedKind, { metadata }: KubeObject): ExperimentLocation | undefined {
  const experiment = metadata.labels?.[labels.experiment];
  const namespace = kind === 'Namespace' ? metadata.name : metadata.namespace;
  return experiment === undefined || namespace === undefined ? undefined : { experiment, namespace };
}

/** Whether a pod is an experiment's supervisor, which is none of its processes. */
function isSupervisor({ metadata }: KubeObject): boolean {
  return metadata.labels?.[labels.role] === supervisorRole;
}
