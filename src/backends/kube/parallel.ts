import { SymphonyError, toSymphonyError } from '../../engine/errors.ts';

/** Requests on their way at once: a server answers hundreds on as many connections no sooner. */
const maxConcurrentRequests = 8;
/** Pods that are ended at once: each waits for its end, with connections of its own. */
const maxConcurrentActions = 32;

/** Acts on all, several at a time. Begins no new one after the first failure, and throws it once all begun ones are over. */
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

/** Acts on all, several at a time, whatever fails. @throws SymphonyError with every failure, each said once */
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
