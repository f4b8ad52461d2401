import { SymphonyError, toSymphonyError } from '../../../engine/contract/errors.ts';

/** Concurrent requests; more connections do not make the server answer hundreds of requests sooner. */
const maxConcurrentRequests = 8;
/** Pods that are ended concurrently; each waits for its end over connections of its own. */
const maxConcurrentActions = 32;

/**
 * Runs the action on all items, several at a time. After the first failure no further action starts; the failure is
 * thrown once the running actions have ended.
 */
export async function inParallel<Item>(items: readonly Item[], action: (item: Item) => Promise<void>): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  await inLanes(items, maxConcurrentRequests, async (item) => {
    if (failure !== undefined) return;
    await action(item).catch((error) => {
      failure ??= { error };
    });
  });
  if (failure !== undefined) throw failure.error;
}

/**
 * Runs the action on all items, several at a time, whatever fails.
 * @throws SymphonyError with every distinct failure
 */
export async function settleInParallel<Item>(
  items: readonly Item[],
  action: (item: Item) => Promise<void>,
): Promise<void> {
  const errors: SymphonyError[] = [];
  await inLanes(items, maxConcurrentActions, (item) =>
    action(item).catch((error) => {
      errors.push(toSymphonyError(error));
    }),
  );
  const [first] = errors;
  if (first === undefined) return;
  const messages = [...new Set(errors.map(({ message }) => message))];
  if (messages.length === 1) throw first;
  throw new SymphonyError(first.code, messages.join('\n'), { hint: first.hint, cause: first });
}

async function inLanes<Item>(
  items: readonly Item[],
  lanes: number,
  action: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const work = async () => {
    for (const item of waiting) await action(item);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, work));
}

/** Runs at most a number of actions at a time; the others wait for their turn. */
export class Lanes {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(lanes: number) {
    this.#free = lanes;
  }

  /** @throws what the action throws */
  async run<Result>(action: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      return await action();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
