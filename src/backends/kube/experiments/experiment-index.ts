import type { ExperimentSnapshot, WatchEvent } from '../../../engine/watch.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { labels } from '../labels.ts';
import { ExperimentEntry, podMember } from './experiment-entry.ts';
import { PodEvents } from './pod-events.ts';

/** What experiments are seen by. */
export const indexedKinds = ['ConfigMap', 'Pod', 'Service'] as const;
export type IndexedKind = (typeof indexedKinds)[number];

interface Changes {
  /** Members whose pods changed; all of them if `all`. */
  readonly members: Set<string>;
  all: boolean;
}

/**
 * The experiments that records, pods and services add up to, and what changed since it was last asked. Only processes
 * whose pods changed are looked at again.
 */
export class ExperimentIndex {
  readonly #entries = new Map<string, ExperimentEntry>();
  /** By launch, then by member, then by name. */
  readonly #pods = new Map<string, Map<string, Map<string, KubeObject>>>();
  /** By launch, then by service. */
  readonly #services = new Map<string, Map<string, KubeObject>>();
  readonly #events = new PodEvents();
  /** By uid. */
  readonly #podPlaces = new Map<string, { readonly experiment: string; readonly member: string }>();
  readonly #changes = new Map<string, Changes>();
  readonly #told = new Map<string, string>();
  #deleted: string[] = [];

  /** All of a kind that there are. */
  replace(kind: IndexedKind, items: readonly KubeObject[]): void {
    if (kind === 'ConfigMap') {
      const names = new Set(items.map(experimentName));
      for (const name of [...this.#entries.keys()]) if (!names.has(name)) this.#forget(name);
    } else {
      (kind === 'Pod' ? this.#pods : this.#services).clear();
      if (kind === 'Pod') this.#podPlaces.clear();
      for (const name of this.#entries.keys()) this.#mark(name);
    }
    for (const item of items) this.put(kind, item);
  }

  put(kind: IndexedKind, object: KubeObject): void {
    if (kind === 'ConfigMap') this.#putRecord(object);
    else if (kind === 'Service') this.#putService(object);
    else this.#putPod(object);
  }

  remove(kind: IndexedKind, object: KubeObject): void {
    const name = experimentName(object);
    const launch = launchOf(object);
    if (kind === 'ConfigMap') {
      if (this.#entries.get(name)?.record.launchId === launch) this.#forget(name);
    } else if (kind === 'Service') {
      this.#services.get(launch)?.delete(object.metadata.labels?.[labels.service] ?? '');
      this.#mark(name, []);
    } else {
      // Otherwise they say why the pod is gone.
      if (this.#entries.get(name)?.known.isDeleting ?? true) this.#events.forget(object);
      this.#podPlaces.delete(object.metadata.uid ?? '');
      for (const [member, pods] of this.#pods.get(launch) ?? []) {
        if (pods.delete(object.metadata.name)) this.#mark(name, [member]);
      }
    }
  }

  /** What happened to pods. @returns whether any of them is one of these */
  putEvents(events: readonly KubeObject[]): boolean {
    let isNew = false;
    for (const event of events) {
      const isKnown = !this.#events.put(event);
      const place = this.#podPlaces.get(event.involvedObject?.uid ?? '') ?? this.#placeOfMissing(event);
      if (isKnown || place === undefined) continue;
      this.#mark(place.experiment, [place.member]);
      isNew = true;
    }
    return isNew;
  }

  #placeOfMissing({ involvedObject }: KubeObject): { experiment: string; member: string } | undefined {
    for (const [experiment, entry] of this.#entries) {
      const member = entry.memberOfPod(involvedObject?.namespace ?? '', involvedObject?.name ?? '');
      if (member !== undefined) return { experiment, member };
    }
    return undefined;
  }

  snapshots(): ExperimentSnapshot[] {
    this.changes();
    return [...this.#entries.values()]
      .map((entry) => entry.snapshot(this.#service(entry)))
      .sort((a, b) => (a.experiment.createdAt < b.experiment.createdAt ? -1 : 1));
  }

  entry(name: string): ExperimentEntry | undefined {
    return this.#entries.get(name);
  }

  entries(): Iterable<ExperimentEntry> {
    return this.#entries.values();
  }

  /** The pods of a member; without one, all of the launch that are in use. */
  pods(entry: ExperimentEntry, member?: string): KubeObject[] {
    const members = this.#pods.get(entry.record.launchId);
    if (member !== undefined) return [...(members?.get(member)?.values() ?? [])];
    return [...(members?.values() ?? [])].flatMap((pods) => [...pods.values()]);
  }

  service(entry: ExperimentEntry, name: string): KubeObject | undefined {
    return this.#services.get(entry.record.launchId)?.get(name);
  }

  /** What changed since this was last asked. */
  changes(): WatchEvent[] {
    const events: WatchEvent[] = this.#deleted.map((name) => ({ type: 'deleted', name }));
    this.#deleted = [];
    for (const [name, { members, all }] of this.#changes) {
      const entry = this.#entries.get(name);
      if (entry === undefined) continue;
      const isNew = !this.#told.has(name);
      const pods = (member: string) => this.pods(entry, member);
      const changed = entry.refresh(pods, this.#events, all ? undefined : members);
      const row = entry.row(this.#service(entry));
      const text = JSON.stringify(row);
      if (!isNew && changed.length === 0 && this.#told.get(name) === text) continue;
      this.#told.set(name, text);
      events.push({
        type: 'changed',
        experiment: row,
        processes: isNew ? entry.statuses : changed,
        ...(isNew && { replaced: true }),
      });
    }
    this.#changes.clear();
    return events;
  }

  #service(entry: ExperimentEntry): (name: string) => KubeObject | undefined {
    return (name) => this.service(entry, name);
  }

  #putRecord(object: KubeObject): void {
    const name = experimentName(object);
    const entry = this.#entries.get(name);
    if (entry !== undefined && entry.record.launchId === launchOf(object)) {
      entry.update(object);
      this.#mark(name);
      return;
    }
    const created = ExperimentEntry.from(object);
    if (created === undefined) return;
    this.#told.delete(name);
    this.#entries.set(name, created);
    this.#mark(name);
  }

  #putService(object: KubeObject): void {
    const service = object.metadata.labels?.[labels.service];
    if (service === undefined) return;
    getOrSet(this.#services, launchOf(object), () => new Map()).set(service, object);
    this.#mark(experimentName(object), []);
  }

  #putPod(object: KubeObject): void {
    const member = podMember(object);
    const name = experimentName(object);
    if (member === undefined) {
      this.remove('Pod', object);
      return;
    }
    const members = getOrSet(this.#pods, launchOf(object), () => new Map<string, Map<string, KubeObject>>());
    getOrSet(members, member, () => new Map()).set(object.metadata.name, object);
    this.#podPlaces.set(object.metadata.uid ?? '', { experiment: name, member });
    if (object.status?.phase !== 'Pending') this.#events.forget(object);
    this.#mark(name, [member]);
  }

  #forget(name: string): void {
    this.#entries.delete(name);
    this.#changes.delete(name);
    this.#told.delete(name);
    this.#deleted.push(name);
  }

  #mark(name: string, members?: readonly string[]): void {
    const changes = getOrSet(this.#changes, name, () => ({ members: new Set<string>(), all: false }));
    if (members === undefined) changes.all = true;
    for (const member of members ?? []) changes.members.add(member);
  }
}

function experimentName({ metadata }: KubeObject): string {
  return metadata.labels?.[labels.experiment] ?? '';
}

function launchOf({ metadata }: KubeObject): string {
  return metadata.labels?.[labels.launch] ?? '';
}

function getOrSet<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
