/** As many calls as an engine handles well at once. */
const limit = 16;

/** Handles items side by side, a bounded number at once. Rejects with the first rejection, after all have settled. */
export async function inParallel<Item>(
  items: readonly Item[],
  handle: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items.values();
  const work = async () => {
    for (const item of rest) await handle(item);
  };
  const settled = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, work));
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
