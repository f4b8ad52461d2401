import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { listAndWatch } from '../api/list-watch.ts';
import type { PodJson } from '../status/pod-json.ts';
import type { ExperimentIndex } from './experiment-index.ts';

/** Selects events of pods, except those whose content is also in the pod's status. */
const fieldSelector = 'involvedObject.kind=Pod,reason!=Scheduled,reason!=Created,reason!=Started';

/** Namespaces whose events are watched at once. */
const maxNamespaces = 16;

/**
 * Watches the events of namespaces with waiting or missing pods, for as long as there are any. Only events report a
 * volume that cannot be mounted, an image pull in progress, a node being added, or the cause of a preemption. Without
 * the right to read events, statuses have less detail.
 */
export class WaitingEvents {
  readonly #client: KubeClient;
  readonly #signal: AbortSignal;
  readonly #onChange: () => void;
  readonly #watches = new Map<string, AbortController>();
  readonly #denied = new Set<string>();

  constructor(client: KubeClient, signal: AbortSignal, onChange: () => void) {
    this.#client = client;
    this.#signal = signal;
    this.#onChange = onChange;
  }

  /** Starts and ends watches according to the pods that wait now. */
  scan(index: ExperimentIndex): void {
    const namespaces = namespacesOfWaiting(index);
    for (const [namespace, watch] of this.#watches) {
      if (namespaces.has(namespace)) continue;
      watch.abort();
      this.#watches.delete(namespace);
    }
    for (const namespace of namespaces) {
      if (this.#watches.size >= maxNamespaces) return;
      if (!this.#watches.has(namespace) && !this.#denied.has(namespace)) this.#begin(namespace, index);
    }
  }

  #begin(namespace: string, index: ExperimentIndex): void {
    const own = new AbortController();
    this.#watches.set(namespace, own);
    const signal = AbortSignal.any([this.#signal, own.signal]);
    const follow = async () => {
      for await (const event of listAndWatch(this.#client, { kind: 'Event', namespace, fieldSelector, signal })) {
        const events = event.type === 'list' ? event.items : event.type === 'put' ? [event.object] : [];
        if (index.putEvents(events)) this.#onChange();
      }
    };
    follow()
      .catch(() => this.#denied.add(namespace))
      .finally(() => {
        if (this.#watches.get(namespace) === own) this.#watches.delete(namespace);
      });
  }
}

/** Reads the events once. */
export async function readWaitingEvents(
  client: KubeClient,
  index: ExperimentIndex,
  options: CallOptions,
): Promise<void> {
  const lists = [...namespacesOfWaiting(index)].slice(0, maxNamespaces).map(async (namespace) => {
    const { items } = await client
      .list('Event', { namespace, query: { fieldSelector }, ...options })
      .catch((error): { items: readonly KubeObject[] } => {
        if (isStatus(error, 403)) return { items: [] };
        throw error;
      });
    index.putEvents(items);
  });
  await Promise.all(lists);
}

/**
 * Namespaces of pods that wait, that are being ended, whose liveness probe may have ended a run, or that are missing.
 */
function namespacesOfWaiting(index: ExperimentIndex): Set<string> {
  const namespaces = new Set<string>();
  for (const entry of index.entries()) {
    const { location, isDeleting } = entry.known;
    if (!isDeleting && (index.pods(entry).some(needsEvents) || entry.hasMissingPod)) namespaces.add(location.namespace);
  }
  return namespaces;
}

function needsEvents(pod: KubeObject): boolean {
  return pod.status?.phase === 'Pending' || pod.metadata.deletionTimestamp !== undefined || hasProbedEnd(pod);
}

/** Whether a container with a liveness probe has ended: only events show whether the probe was the cause. */
function hasProbedEnd({ spec, status }: PodJson): boolean {
  const probed = spec?.containers?.filter(({ livenessProbe }) => livenessProbe !== undefined) ?? [];
  return probed.some(({ name }) => {
    const { state, lastState } = status?.containerStatuses?.find((container) => container.name === name) ?? {};
    return state?.terminated !== undefined || lastState?.terminated !== undefined;
  });
}
