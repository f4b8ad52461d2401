import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import { removeWithoutWaiting } from '../delete/delete-experiment.ts';
import { leaseEnd } from '../launch/lease.ts';
import { annotations } from '../manifests/labels.ts';
import type { ExperimentEntry } from './experiment-entry.ts';
import type { ExperimentIndex } from './experiment-index.ts';

/** Maximum delay of the timer, in milliseconds. */
const maxTimerMilliseconds = 600_000;

/**
 * Removes the objects of launches whose clients died. Whichever client sees them after the lease has expired does this.
 */
export class AbandonedLaunches {
  readonly #client: KubeClient;
  readonly #signal: AbortSignal | undefined;
  readonly #onDue: () => void;
  /** Ids of launches that were removed, or cannot be. */
  readonly #tried = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param onDue called when a lease may have expired */
  constructor(client: KubeClient, signal?: AbortSignal, onDue: () => void = () => undefined) {
    this.#client = client;
    this.#signal = signal;
    this.#onDue = onDue;
    signal?.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  /** Removes abandoned launches, and schedules the next check for the end of the next lease. */
  scan(index: ExperimentIndex): void {
    void this.scanOnce(index).catch(() => undefined);
    clearTimeout(this.#timer);
    const leased = index.entries().filter(({ object }) => object !== undefined && leaseEnd(object) !== undefined);
    const pending = leased.filter(({ condition }) => !condition.isBrokenOff);
    if (pending.length === 0 || this.#signal?.aborted) return;
    const ends = pending.flatMap(({ object }) => (object && leaseEnd(object)) ?? []);
    const delay = Math.min(...ends) - this.#client.now + 1_000;
    this.#timer = setTimeout(
      () => {
        for (const entry of pending) index.touch(entry);
        this.#onDue();
      },
      Math.max(1_000, Math.min(delay, maxTimerMilliseconds)),
    );
  }

  /** Removes abandoned launches and updates the index. */
  async scanOnce(index: ExperimentIndex): Promise<void> {
    const broken = index
      .entries()
      .filter(({ condition, record }) => condition.isBrokenOff && !this.#tried.has(record.launchId));
    await Promise.all(
      broken.map(async (entry) => {
        this.#tried.add(entry.record.launchId);
        const { object } = entry;
        const taken = object && (await reclaim(this.#client, entry, { signal: this.#signal }));
        if (taken !== undefined) index.put('ConfigMap', { ...object, ...taken });
      }),
    );
  }
}

/**
 * Claims the launch, so that a client that is still working on it notices, and begins to remove its objects.
 * @returns the updated record; undefined if the launch goes on, is gone, or this user lacks the right
 */
async function reclaim(client: KubeClient, { object, known }: ExperimentEntry, { signal }: CallOptions) {
  const { name = '', namespace, resourceVersion } = object?.metadata ?? {};
  const sign = { [annotations.deleting]: new Date(client.now).toISOString() };
  try {
    const claim = { metadata: { resourceVersion, annotations: sign } };
    const claimed = await client.patch({ kind: 'ConfigMap', name, namespace }, claim, { signal });
    await removeWithoutWaiting(client, known, { signal });
    return claimed;
  } catch (error) {
    if (isStatus(error, 403, 404, 409)) return undefined;
    throw error;
  }
}
