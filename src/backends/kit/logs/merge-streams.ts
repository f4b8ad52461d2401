/**
 * Merges several streams in order of arrival and ends when all have ended. If one fails or the consumer stops, the
 * remaining streams are asked to return, which takes effect at their next yield: the caller must abort whatever they
 * wait for.
 */
export async function* mergeStreams<Item>(streams: readonly AsyncIterable<Item>[]): AsyncGenerator<Item> {
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
  const ready: { readonly item: Item; readonly taken: () => void }[] = [];
  let open = iterators.length;
  let failure: { readonly error: unknown } | undefined;
  let isOver = false;
  let wake = Promise.withResolvers<void>();

  async function pump(iterator: AsyncIterator<Item>): Promise<void> {
    try {
      while (!isOver) {
        const result = await iterator.next();
        if (result.done) return;
        // At most one item of each stream is buffered, so that a fast stream does not fill the memory.
        await new Promise<void>((taken) => {
          ready.push({ item: result.value, taken });
          wake.resolve();
        });
      }
    } catch (error) {
      failure ??= { error };
    } finally {
      open -= 1;
      wake.resolve();
    }
  }

  for (const iterator of iterators) void pump(iterator);
  try {
    for (;;) {
      const next = ready.shift();
      if (next !== undefined) {
        yield next.item;
        next.taken();
      } else if (failure !== undefined) {
        throw failure.error;
      } else if (open === 0) {
        return;
      } else {
        wake = Promise.withResolvers();
        await wake.promise;
      }
    }
  } finally {
    isOver = true;
    for (const { taken } of ready) taken();
    for (const iterator of iterators) void iterator.return?.()?.catch(() => undefined);
  }
}
