import type { ClusterEvent } from '../../../engine/contract/events.ts';

/** Events within this time are handed over together. */
const gatherMilliseconds = 50;

export interface EventFeedListener {
  readonly onEvents: (events: readonly ClusterEvent[]) => void;
  /** Called once no further events come, with the error if that is why. */
  readonly onEnd: (error: unknown) => void;
}

/** Follows the events of an experiment until it is closed or the experiment is deleted. */
export class EventFeed {
  readonly #listener: EventFeedListener;
  readonly #closing = new AbortController();
  #gathered: ClusterEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param follow yields the events until the signal aborts */
  constructor(follow: (signal: AbortSignal) => AsyncIterable<ClusterEvent>, listener: EventFeedListener) {
    this.#listener = listener;
    void this.#read(follow);
  }

  close(): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  async #read(follow: (signal: AbortSignal) => AsyncIterable<ClusterEvent>): Promise<void> {
    const { signal } = this.#closing;
    let failure: unknown;
    try {
      for await (const event of follow(signal)) this.#gather(event);
    } catch (error) {
      failure = error;
    }
    if (signal.aborted) return;
    this.#handOver();
    this.#listener.onEnd(failure);
  }

  #gather(event: ClusterEvent): void {
    if (this.#closing.signal.aborted) return;
    this.#gathered.push(event);
    this.#timer ??= setTimeout(() => this.#handOver(), gatherMilliseconds);
  }

  #handOver(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#gathered;
    this.#gathered = [];
    if (events.length > 0) this.#listener.onEvents(events);
  }
}
