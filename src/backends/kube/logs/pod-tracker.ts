import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { listAndWatch } from '../api/list-watch.ts';
import { podsOf } from '../status/process-pods.ts';
import { type PodRuns, runsOf } from './logged-runs.ts';

/** Tracks the pods of one launch, and notifies of changes. */
export class PodTracker {
  readonly #pods = new Map<string, KubeObject>();
  #change = Promise.withResolvers<void>();
  #failure: { readonly error: unknown } | undefined;
  /** Resolves once the pods have been listed. */
  readonly ready: Promise<void>;
  readonly #begin = Promise.withResolvers<void>();

  constructor(client: KubeClient, namespace: string, labelSelector: string, signal: AbortSignal) {
    this.ready = this.#begin.promise;
    this.ready.catch(() => undefined);
    void this.#follow(client, namespace, labelSelector, signal);
  }

  pods(): Iterable<KubeObject> {
    return this.#pods.values();
  }

  /** The runs of a process, pod by pod, oldest first. */
  runs(reference: ProcessReference): PodRuns[] {
    return podsOf(this.#pods.values(), reference).map((pod) => runsOf(pod, reference));
  }

  /**
   * Resolves at the next change. Call it before reading the state. @throws SymphonyError if the pods cannot be watched
   * any more
   */
  changed(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    return this.#change.promise;
  }

  async #follow(client: KubeClient, namespace: string, labelSelector: string, signal: AbortSignal): Promise<void> {
    try {
      for await (const event of listAndWatch(client, { kind: 'Pod', namespace, labelSelector, signal })) {
        if (event.type === 'list') {
          this.#pods.clear();
          for (const pod of event.items) this.#pods.set(pod.metadata.name, pod);
          this.#begin.resolve();
        } else if (event.type === 'put') this.#pods.set(event.object.metadata.name, event.object);
        else if (event.type === 'removed') this.#pods.delete(event.object.metadata.name);
        else continue;
        this.#notify();
      }
    } catch (error) {
      this.#failure = { error };
      this.#begin.reject(error);
    }
    this.#begin.resolve();
    this.#notify();
  }

  #notify(): void {
    const told = this.#change;
    this.#change = Promise.withResolvers();
    told.resolve();
  }
}

/** Waits for an event; returns false if the signal aborts first. */
export async function waitForEvent(event: Promise<void>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const aborted = Promise.withResolvers<void>();
  const onAbort = () => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([event, aborted.promise]);
    return !signal.aborted;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
