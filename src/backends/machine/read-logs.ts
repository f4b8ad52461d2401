import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine, LogOptions } from '../../engine/logs.ts';
import type { LogCursor, LoggedRun } from './log-cursor.ts';

/** What following needs to know of the experiment, read anew at each look. */
export interface FollowedState {
  readonly runs: ReadonlyMap<LogCursor, readonly LoggedRun[]>;
  /** Nothing will be written any more. */
  readonly over: boolean;
}

/** How often a followed log is looked at: often enough for the eye, and next to nothing for the machine. */
const lookMilliseconds = 100;
/** So many lines at once: the reader may want to stop, and memory is to stay bounded. */
const batchLines = 5_000;

/** What there is in several logs, sorted by time as far as that is known; each log's lines stay in order. */
export async function* readLogs(
  cursors: readonly LogCursor[],
  options: LogOptions,
): AsyncGenerator<readonly LogLine[]> {
  if (cursors.length > 1) for (const cursor of cursors) cursor.loadTimes();
  const queues = cursors.map((cursor) => ({ cursor, lines: [] as LogLine[], at: 0 }));
  let batch: LogLine[] = [];
  while (!options.signal?.aborted) {
    for (const queue of queues) if (queue.at >= queue.lines.length) refill(queue, options.follow ?? false);
    const waiting = queues.filter((queue) => queue.at < queue.lines.length);
    if (waiting.length === 0) break;
    const heads = waiting.map((queue) => queue.cursor.timeOf(queue.lines[queue.at] as LogLine));
    const first = heads.indexOf(Math.min(...heads));
    const queue = waiting[first] as (typeof queues)[number];
    const limit = Math.min(...heads.filter((_, index) => index !== first));
    // All that is not newer than what the others have next, in one go.
    do batch.push(queue.lines[queue.at++] as LogLine);
    while (queue.at < queue.lines.length && queue.cursor.timeOf(queue.lines[queue.at] as LogLine) <= limit);
    if (batch.length >= batchLines) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function refill(queue: { readonly cursor: LogCursor; lines: LogLine[]; at: number }, follow: boolean): void {
  queue.at = 0;
  queue.lines = [];
  while (queue.lines.length === 0 && !queue.cursor.isAtEnd) queue.lines = queue.cursor.next();
  if (queue.lines.length === 0 && !follow) queue.lines = queue.cursor.flush();
}

/**
 * What comes after that, until nothing can come any more. The log's length is noted before its runs are asked for: a run
 * is on record before it writes, so every byte up to that length has its run known.
 */
export async function* followLogs(
  cursors: readonly LogCursor[],
  readState: () => FollowedState,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly LogLine[]> {
  while (!signal?.aborted) {
    for (const cursor of cursors) cursor.look();
    const state = readState();
    for (const cursor of cursors) {
      const runs = state.runs.get(cursor);
      if (runs !== undefined) cursor.updateRuns(runs);
      if (!cursor.isAtEnd) cursor.refreshTimes();
      while (!cursor.isAtEnd && !signal?.aborted) {
        const lines = cursor.next();
        if (lines.length > 0) yield lines;
      }
      if (state.over) {
        const rest = cursor.flush();
        if (rest.length > 0) yield rest;
      }
    }
    if (state.over) return;
    await delay(lookMilliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
