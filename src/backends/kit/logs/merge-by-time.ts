/** A line with its time, as ISO 8601 or absent: such a line stays after the one before it. */
interface TimedItem {
  readonly time?: string;
}

const maxBatchItems = 5_000;

/**
 * Merges streams that end, in order of time; the items of each stay in their order. Holds one batch of each stream. If the
 * consumer stops, the streams are asked to return.
 */
export async function* mergeByTime<Item extends TimedItem>(
  streams: readonly AsyncIterable<readonly Item[]>[],
): AsyncGenerator<readonly Item[]> {
  const queues = streams.map((stream) => new Queue(stream[Symbol.asyncIterator]()));
  try {
    let batch: Item[] = [];
    await Promise.all(queues.map((queue) => queue.fill()));
    for (;;) {
      const waiting = queues.filter((queue) => !queue.isEmpty);
      const [first, ...others] = waiting.sort((a, b) => a.time - b.time);
      if (first === undefined) break;
      // Takes every item that is not newer than the next ones of the other streams.
      const limit = others[0]?.time ?? Number.POSITIVE_INFINITY;
      do batch.push(first.take());
      while (!first.isEmpty && first.time <= limit && batch.length < maxBatchItems);
      if (first.isEmpty) await first.fill();
      if (batch.length < maxBatchItems) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  } finally {
    for (const queue of queues) queue.end();
  }
}

/** The items of one stream that have arrived. */
class Queue<Item extends TimedItem> {
  /** Of the next item, in milliseconds since 1970. */
  time = 0;
  readonly #iterator: AsyncIterator<readonly Item[]>;
  #items: readonly Item[] = [];
  #at = 0;

  constructor(iterator: AsyncIterator<readonly Item[]>) {
    this.#iterator = iterator;
  }

  get isEmpty(): boolean {
    return this.#at >= this.#items.length;
  }

  /** Waits for the next items, if there are any. */
  async fill(): Promise<void> {
    while (this.isEmpty) {
      const { done, value } = await this.#iterator.next();
      if (done) return;
      this.#items = value;
      this.#at = 0;
      this.#look();
    }
  }

  take(): Item {
    const item = this.#items[this.#at] as Item;
    this.#at += 1;
    this.#look();
    return item;
  }

  end(): void {
    void this.#iterator.return?.()?.catch(() => undefined);
  }

  #look(): void {
    const time = Date.parse(this.#items[this.#at]?.time ?? '');
    if (!Number.isNaN(time)) this.time = Math.max(this.time, time);
  }
}
