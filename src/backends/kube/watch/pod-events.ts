import type { KubeObject } from '../api/kube-object.ts';
import { withoutGeneration } from '../manifests/object-names.ts';
import type { EventJson } from '../status/pod-json.ts';

/** The number of events kept for each pod. */
const maxEventsPerPod = 20;
/**
 * The number of pods with events. Unknown pods count too: an event may arrive before its pod, and explains why a pod is
 * gone.
 */
const maxPods = 5_000;

/** The newest events of pods, by the pod's uid. */
export class PodEvents {
  readonly #byPod = new Map<string, Map<string, EventJson>>();
  /** The newest pod's uid, by namespace and name of the launch's pod. */
  readonly #uids = new Map<string, string>();

  /** @returns false if the event is already known */
  put({ metadata, involvedObject, ...event }: KubeObject): boolean {
    const pod: string = involvedObject?.uid ?? '';
    const { type, reason, message } = event;
    const time: string = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? '';
    const kept: EventJson = {
      type,
      reason,
      message,
      lastTimestamp: time,
      firstTimestamp: event.firstTimestamp,
      count: event.series?.count ?? event.count,
      involvedObject,
    };
    const events = this.#byPod.get(pod) ?? new Map<string, EventJson>();
    const known = events.get(metadata.name);
    if (known?.lastTimestamp === time && known.message === message && known.count === kept.count) return false;
    this.#byPod.set(pod, events);
    this.#uids.set(placeOf(involvedObject?.namespace, involvedObject?.name), pod);
    // Reinsertion moves the newest event to the end.
    events.delete(metadata.name);
    events.set(metadata.name, kept);
    for (const kept of [this.#byPod, this.#uids]) {
      if (kept.size > maxPods) kept.delete(kept.keys().next().value as string);
    }
    if (events.size > maxEventsPerPod) events.delete(events.keys().next().value as string);
    return true;
  }

  /** The events of a pod, oldest first. */
  eventsOf({ metadata }: KubeObject): readonly EventJson[] {
    const events = [...(this.#byPod.get(metadata.uid ?? '')?.values() ?? [])];
    return events.sort((a, b) => compare(a.lastTimestamp ?? '', b.lastTimestamp ?? ''));
  }

  /**
   * The events of a missing pod, by its name.
   * @param since ISO time: earlier events concern another pod of that name
   */
  ofMissing(namespace: string, name: string, since: string): readonly EventJson[] {
    const uid = this.#uids.get(placeOf(namespace, name));
    const events = uid === undefined ? [] : this.eventsOf({ metadata: { name, uid } });
    return events.filter(({ lastTimestamp }) => Date.parse(lastTimestamp ?? '') >= Date.parse(since));
  }

  forget({ metadata }: KubeObject): void {
    this.#byPod.delete(metadata.uid ?? '');
    this.#uids.delete(placeOf(metadata.namespace, metadata.name));
  }
}

function placeOf(namespace = '', name = ''): string {
  return `${namespace}/${withoutGeneration(name)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
