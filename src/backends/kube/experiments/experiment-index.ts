import type { ExperimentSnapshot, WatchEvent } from '../../../engine/watch.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { labels } from '../labels.ts';
import type { EventJson } from '../pod-json.ts';
import { type ExperimentEntry, podMember } from './experiment-entry.ts';
import { displayNames, findMeant, type Place, placeKey } from './experiment-names.ts';
import { Holding } from './holding.ts';
import { PodEvents } from './pod-events.ts';

/** What experiments are seen by. */
export const indexedKinds = ['Namespace', 'ConfigMap', 'Pod', 'Service'] as const;
export type IndexedKind = (typeof indexedKinds)[number];

interface Changes {
  /** Members whose pods changed; all of them if `all`. */
  readonly members: Set<string>;
  all: boolean;
}

/** What was told last of an experiment. */
interface Told {
  readonly name: string;
  readonly entry: ExperimentEntry;
  readonly text: string;
}

export interface IndexOptions {
  /** The namespace whose experiments keep their bare names. */
  readonly preferred?: string | undefined;
  /** The name under which one experiment is told, whatever else bears it. */
  readonly alias?: { readonly place: Place; readonly name: string } | undefined;
  /** The server's time, in milliseconds. */
  readonly now: () => number;
}

/**
 * The experiments that records, namespaces, pods and services add up to, and what changed since it was last asked. Only
 * processes whose pods changed are looked at again.
 */
export class ExperimentIndex {
  readonly #options: IndexOptions;
  /** By `namespace/name`, as everything below that is not by something else. */
  readonly #holdings = new Map<string, Holding>();
  readonly #events = new PodEvents();
  /** By uid. */
  readonly #podPlaces = new Map<string, { readonly key: string; readonly member: string }>();
  readonly #changes = new Map<string, Changes>();
  readonly #told = new Map<string, Told>();

  constructor(options: IndexOptions) {
    this.#options = options;
  }

  /** All of a kind that there are, in that namespace or anywhere. */
  replace(kind: IndexedKind, items: readonly KubeObject[], namespace?: string): void {
    for (const [key, holding] of this.#holdings) {
      if (namespace !== undefined && holding.place.namespace !== namespace) continue;
      if (kind === 'ConfigMap') holding.record = undefined;
      else if (kind === 'Namespace') holding.namespace = undefined;
      else holding.clear(kind === 'Pod' ? 'pods' : 'services');
      this.#mark(key);
    }
    for (const item of items) this.put(kind, item);
  }

  put(kind: IndexedKind, object: KubeObject): void {
    const place = placeOf(kind, object);
    if (place === undefined) return;
    const key = placeKey(place);
    if (kind === 'Pod' && podMember(object) === undefined) {
      this.remove('Pod', object);
      return;
    }
    const holding = this.#holding(place);
    if (kind === 'ConfigMap') holding.putRecord(object);
    else if (kind === 'Namespace') holding.namespace = object;
    else if (kind === 'Service') {
      const service = object.metadata.labels?.[labels.service];
      if (service === undefined) return;
      holding.putService(object, service);
      this.#mark(key, []);
      return;
    } else {
      const member = podMember(object) ?? '';
      holding.putPod(object);
      this.#podPlaces.set(object.metadata.uid ?? '', { key, member });
      if (object.status?.phase !== 'Pending') this.#events.forget(object);
      this.#mark(key, [member]);
      return;
    }
    this.#mark(key);
  }

  remove(kind: IndexedKind, object: KubeObject): void {
    const place = placeOf(kind, object);
    if (place === undefined) return;
    const key = placeKey(place);
    const holding = this.#holdings.get(key);
    if (kind === 'Pod') {
      // Otherwise they say why the pod is gone.
      if (holding?.entry?.known.isDeleting ?? true) this.#events.forget(object);
      this.#podPlaces.delete(object.metadata.uid ?? '');
    }
    if (holding === undefined) return;
    if (kind === 'ConfigMap') {
      if (holding.record?.metadata.uid === object.metadata.uid) holding.record = undefined;
    } else if (kind === 'Namespace') holding.namespace = undefined;
    else if (kind === 'Service') holding.removeService(object, object.metadata.labels?.[labels.service] ?? '');
    this.#mark(key, kind === 'Pod' ? holding.removePod(object) : kind === 'Service' ? [] : undefined);
  }

  /** What happened to pods. @returns whether any of them is one of these */
  putEvents(events: readonly KubeObject[]): boolean {
    let isNew = false;
    for (const event of events) {
      const isKnown = !this.#events.put(event);
      const place = this.#podPlaces.get(event.involvedObject?.uid ?? '') ?? this.#placeOfMissing(event);
      if (isKnown || place === undefined) continue;
      this.#mark(place.key, [place.member]);
      isNew = true;
    }
    return isNew;
  }

  #placeOfMissing({ involvedObject }: KubeObject): { key: string; member: string } | undefined {
    for (const [key, { entry }] of this.#holdings) {
      const member = entry?.memberOfPod(involvedObject?.namespace ?? '', involvedObject?.name ?? '');
      if (member !== undefined) return { key, member };
    }
    return undefined;
  }

  /** Experiments of which something stands, and whose record was not seen: it may only not have been told yet. */
  unconfirmed(): Place[] {
    const lacking = [...this.#holdings.values()].filter((holding) => holding.lacksRecord && !holding.isWithoutRecord);
    return lacking.map(({ place }) => place);
  }

  /** There is no record. */
  confirmWithoutRecord(place: Place): void {
    const holding = this.#holdings.get(placeKey(place));
    if (holding === undefined || holding.record !== undefined) return;
    holding.isWithoutRecord = true;
    this.#mark(placeKey(place));
  }

  /** Has it looked at again: time has passed. */
  touch(entry: ExperimentEntry): void {
    this.#mark(placeKey(entry.known.location));
  }

  snapshots(): ExperimentSnapshot[] {
    this.changes();
    return [...this.entries()]
      .map((entry) => entry.snapshot((service) => this.service(entry, service)))
      .sort((a, b) => (a.experiment.createdAt < b.experiment.createdAt ? -1 : 1));
  }

  /**
   * The experiment that a name means.
   * @returns undefined if there is none
   * @throws SymphonyError `ambiguous`
   */
  find(name: string): ExperimentEntry | undefined {
    const entries = [...this.entries()];
    const places = entries.map((entry) => ({ ...entry.known.location, entry }));
    return findMeant(name, places, this.#options.preferred)?.entry;
  }

  entries(): ExperimentEntry[] {
    this.#settle();
    return [...this.#holdings.values()].flatMap(({ entry }) => entry ?? []);
  }

  /** The pods of a member; without one, all of the launch that are in use. */
  pods(entry: ExperimentEntry, member?: string): KubeObject[] {
    return this.#holdings.get(placeKey(entry.known.location))?.pods(member) ?? [];
  }

  /** What happened to a pod, oldest first, as far as it was looked at. */
  events(pod: KubeObject): readonly EventJson[] {
    return this.#events.of(pod);
  }

  service(entry: ExperimentEntry, name: string): KubeObject | undefined {
    return this.#holdings.get(placeKey(entry.known.location))?.service(name);
  }

  /** Everything that stands of it, also of other launches than the one that is told of. */
  launches(entry: ExperimentEntry): readonly string[] {
    return this.#holdings.get(placeKey(entry.known.location))?.launches ?? [];
  }

  /** What changed since this was last asked. */
  changes(): WatchEvent[] {
    this.#settle();
    const names = this.#names();
    const events: WatchEvent[] = [];
    for (const [key, told] of this.#told) {
      if (names.get(key) === told.name) continue;
      events.push({ type: 'deleted', name: told.name });
      this.#told.delete(key);
      this.#mark(key);
    }
    for (const [key, name] of names) if (!this.#told.has(key)) this.#holdings.get(key)?.entry?.rename(name);
    for (const [key, changes] of this.#changes) {
      const holding = this.#holdings.get(key);
      if (holding === undefined) continue;
      try {
        events.push(...this.#look(key, holding, changes));
      } catch (error) {
        // What one record says is no reason to tell nothing of the others.
        holding.damage(error, this.#options.now());
        holding.entry?.rename(names.get(key) ?? key);
        events.push(...this.#look(key, holding, { members: new Set(), all: true }));
      }
    }
    this.#changes.clear();
    return events;
  }

  #look(key: string, holding: Holding, { members, all }: Changes): WatchEvent[] {
    const { entry } = holding;
    if (entry === undefined) return [];
    const told = this.#told.get(key);
    const isNew = told?.entry !== entry;
    const changed = entry.refresh((member) => holding.pods(member), this.#events, all || isNew ? undefined : members);
    const row = entry.row((service) => holding.service(service));
    const text = JSON.stringify(row);
    if (!isNew && changed.length === 0 && told.text === text) return [];
    this.#told.set(key, { name: entry.name, entry, text });
    const processes = isNew ? entry.statuses : changed;
    return [{ type: 'changed', experiment: row, processes, ...(isNew && { replaced: true }) }];
  }

  /** Brings the entries of what changed up to date, and forgets those of which nothing is left. */
  #settle(): void {
    const now = this.#options.now();
    for (const key of this.#changes.keys()) {
      const holding = this.#holdings.get(key);
      if (holding === undefined) continue;
      const before = holding.entry?.name;
      holding.settle(now);
      if (before !== undefined) holding.entry?.rename(before);
      if (holding.isEmpty) this.#holdings.delete(key);
    }
  }

  #names(): Map<string, string> {
    const told = [...this.#holdings.values()].filter(({ entry }) => entry !== undefined).map(({ place }) => place);
    const names = displayNames(told, this.#options.preferred);
    const { alias } = this.#options;
    if (alias !== undefined && names.has(placeKey(alias.place))) names.set(placeKey(alias.place), alias.name);
    return names;
  }

  #holding(place: Place): Holding {
    const key = placeKey(place);
    const known = this.#holdings.get(key);
    if (known !== undefined) return known;
    const made = new Holding(place);
    this.#holdings.set(key, made);
    return made;
  }

  #mark(key: string, members?: readonly string[]): void {
    const changes = this.#changes.get(key) ?? { members: new Set<string>(), all: false };
    this.#changes.set(key, changes);
    if (members === undefined) changes.all = true;
    for (const member of members ?? []) changes.members.add(member);
  }
}

/** Which experiment an object is of; undefined for one that does not say. */
function placeOf(kind: IndexedKind, { metadata }: KubeObject): Place | undefined {
  const experiment = metadata.labels?.[labels.experiment];
  const namespace = kind === 'Namespace' ? metadata.name : metadata.namespace;
  return experiment === undefined || namespace === undefined ? undefined : { experiment, namespace };
}
