import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import { removeWithoutWaiting } from '../delete/delete-experiment.ts';
import { annotations } from '../labels.ts';
import { leaseEnd } from '../launch/lease.ts';
import type { ExperimentEntry } from './experiment-entry.ts';
import type { ExperimentIndex } from './experiment-index.ts';

/** Longest delay of a timer, in milliseconds. */
const maxTimerMilliseconds = 600_000;

/** Takes back what launches have left whose clients died: whichever client looks at them after their lease does. */
export class AbandonedLaunches {
  readonly #client: KubeClient;
  readonly #signal: AbortSignal | undefined;
  readonly #onDue: () => void;
  /** Ids of launches that were taken back, or cannot be. */
  readonly #tried = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param onDue hears when a lease may have run out */
  constructor(client: KubeClient, signal?: AbortSignal, onDue: () => void = () => undefined) {
    this.#client = client;
    this.#signal = signal;
    this.#onDue = onDue;
    signal?.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  /** Takes back what has broken off, and comes back when the next lease ends. */
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

  /** Takes back what has broken off; the index knows of it afterwards. */
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
 * Claims the launch, so that a client that is at work on it after all hears of it, and begins to remove what there is.
 * @returns the record as it is then; undefined if the launch goes on, is gone, or this user may not
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
