import type { KubeObject } from '../api/kube-object.ts';
import type { EventJson } from '../pod-json.ts';

/** Of each pod. */
const mostKept = 20;
/** Also of those that nobody knows (yet): an event may come before its pod. */
const mostPods = 5_000;

/** The newest events of pods, by the pod's uid. */
export class PodEvents {
  readonly #byPod = new Map<string, Map<string, EventJson>>();

  /** @returns false if it is known already */
  put({ metadata, involvedObject, ...event }: KubeObject): boolean {
    const pod: string = involvedObject?.uid ?? '';
    const { type, reason, message } = event;
    const time: string = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? '';
    const kept: EventJson = { type, reason, message, lastTimestamp: time, involvedObject };
    const events = this.#byPod.get(pod) ?? new Map<string, EventJson>();
    const known = events.get(metadata.name);
    if (known?.lastTimestamp === time && known.message === message) return false;
    this.#byPod.set(pod, events);
    // The newest stands last.
    events.delete(metadata.name);
    events.set(metadata.name, kept);
    if (this.#byPod.size > mostPods) this.#byPod.delete(this.#byPod.keys().next().value as string);
    if (events.size > mostKept) events.delete(events.keys().next().value as string);
    return true;
  }

  /** Oldest first. */
  of({ metadata }: KubeObject): readonly EventJson[] {
    const events = [...(this.#byPod.get(metadata.uid ?? '')?.values() ?? [])];
    return events.sort((a, b) => compare(a.lastTimestamp ?? '', b.lastTimestamp ?? ''));
  }

  forget({ metadata }: KubeObject): void {
    this.#byPod.delete(metadata.uid ?? '');
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
