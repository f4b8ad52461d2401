import type { LogLine } from '../contract/logs.ts';
import type { TimedLogLine } from './archived-log.ts';

const maxBatchLines = 1_000;
const maxBatchCharacters = 1024 * 1024;

/** Batches of the lines of several logs, in the order of their times. The lines of each log stay in order. */
export function* mergeLogs(logs: readonly Iterator<TimedLogLine>[]): Generator<readonly LogLine[]> {
  const heads = logs.flatMap((log) => {
    const first = log.next();
    return first.done ? [] : [{ log, next: first.value }];
  });
  let batch: LogLine[] = [];
  let characters = 0;
  try {
    while (heads.length > 0) {
      let index = 0;
      let limit = Number.POSITIVE_INFINITY;
      for (const [other, { next }] of heads.entries()) {
        const least = heads[index]?.next.time ?? 0;
        if (other > 0 && next.time < least) {
          limit = least;
          index = other;
        } else if (other > 0) limit = Math.min(limit, next.time);
      }
      const head = heads[index] as (typeof heads)[number];
      // Takes every line that is not newer than the next lines of the other logs.
      do {
        batch.push(head.next.line);
        characters += head.next.line.text.length;
        const following = head.log.next();
        if (following.done) heads.splice(index, 1);
        else head.next = following.value;
        if (following.done) break;
      } while (head.next.time <= limit && batch.length < maxBatchLines);
      if (batch.length < maxBatchLines && characters < maxBatchCharacters) continue;
      yield batch;
      batch = [];
      characters = 0;
    }
    if (batch.length > 0) yield batch;
  } finally {
    // Closes the files of a reader that stops early.
    for (const { log } of heads) log.return?.();
  }
}
