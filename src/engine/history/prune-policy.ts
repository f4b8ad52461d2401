/** What a decision about pruning needs to know of a past experiment. */
export interface PrunableEntry {
  readonly name: string;
  /** ISO 8601. */
  readonly deletedAt: string;
  readonly bytes: number;
}

/** Limits of the history. An absent limit does not apply. */
export interface PruneLimits {
  readonly ageSeconds?: number;
  readonly totalBytes?: number;
  /** Whether the newest entry stays even if it alone exceeds the total, so that a deletion never leaves nothing. */
  readonly keepNewest?: boolean;
}

/**
 * The names of the entries to remove: those that are too old, then the oldest until the rest fits into the total.
 * @param now milliseconds
 */
export function entriesToPrune(
  entries: readonly PrunableEntry[],
  { ageSeconds, totalBytes, keepNewest = false }: PruneLimits,
  now: number,
): string[] {
  const newestFirst = [...entries].sort((a, b) => Date.parse(b.deletedAt) - Date.parse(a.deletedAt));
  const oldest = ageSeconds === undefined ? Number.NEGATIVE_INFINITY : now - ageSeconds * 1000;
  const removed: string[] = [];
  let total = 0;
  let isFull = false;
  for (const [index, { name, deletedAt, bytes }] of newestFirst.entries()) {
    total += bytes;
    // Once an entry does not fit, no older one stays: gaps in the history would look like deletions that never were.
    isFull ||= totalBytes === 0 || (totalBytes !== undefined && total > totalBytes);
    if (keepNewest && index === 0) continue;
    if (isFull || Date.parse(deletedAt) <= oldest) removed.push(name);
  }
  return removed;
}
