import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import type { LogLine, LogOptions } from '../../../../engine/contract/logs.ts';
import type { ProcessReference } from '../../../../engine/contract/status.ts';
import type { FollowedLog } from './followed-log.ts';
import type { LineWithOffset, LogLines } from './log-lines.ts';
import type { LoggedRun } from './log-walk.ts';

/** State of the experiment that a follower needs, read again at each poll. */
export interface FollowedState {
  readonly runsOf: (reference: ProcessReference) => readonly LoggedRun[];
  /** Whether a process has ended for good. */
  readonly isFinal: (reference: ProcessReference) => boolean;
  /** Nothing more will be written. */
  readonly over: boolean;
}

/** Poll interval of a followed log: frequent enough for a reader, and negligible for the machine. */
const pollMilliseconds = 100;
/** Limits of one batch: the reader may want to stop, and memory must stay bounded. */
const maxBatchLines = 5_000;
const maxBatchCharacters = 1024 * 1024;

/** Yields the current content of one log. */
export async function* readLog<Item>(log: FollowedLog<Item>, options: LogOptions): AsyncGenerator<readonly Item[]> {
  while (!log.isAtEnd && !options.signal?.aborted) {
    const items = log.next();
    if (items.length > 0) yield items;
    // A line of any length must not keep the rest of the program from its work.
    else await setImmediate();
  }
  const rest = options.follow ? [] : log.flush();
  if (rest.length > 0) yield rest;
}

/** Yields the current content of several logs, ordered by time as far as known; the lines of each log stay in order. */
export async function* readLogs(logs: readonly LogLines[], options: LogOptions): AsyncGenerator<readonly LogLine[]> {
  for (const log of logs) log.loadTimes();
  const queues = logs.map((log) => ({ log, lines: [] as LineWithOffset[], at: 0 }));
  let batch: LogLine[] = [];
  let characters = 0;
  const take = (line: LineWithOffset) => {
    batch.push(line);
    characters += line.text.length;
  };
  while (!options.signal?.aborted) {
    for (const queue of queues) if (queue.at >= queue.lines.length) refill(queue, options.follow ?? false);
    const waiting = queues.filter((queue) => queue.at < queue.lines.length);
    if (waiting.length === 0) break;
    const heads = waiting.map((queue) => queue.log.timeOf(queue.lines[queue.at] as LineWithOffset));
    const first = heads.indexOf(Math.min(...heads));
    const queue = waiting[first] as (typeof queues)[number];
    const limit = Math.min(...heads.filter((_, index) => index !== first));
    // Takes every line that is not newer than the next lines of the other logs.
    do take(queue.lines[queue.at++] as LineWithOffset);
    while (queue.at < queue.lines.length && queue.log.timeOf(queue.lines[queue.at] as LineWithOffset) <= limit);
    if (batch.length >= maxBatchLines || characters >= maxBatchCharacters) {
      yield batch;
      batch = [];
      characters = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

function refill(queue: { readonly log: LogLines; lines: LineWithOffset[]; at: number }, follow: boolean): void {
  queue.at = 0;
  queue.lines = [];
  while (queue.lines.length === 0 && !queue.log.isAtEnd) queue.lines = queue.log.next();
  if (queue.lines.length === 0 && !follow) queue.lines = queue.log.flush();
}

/**
 * Yields further content until no more can come. The end of a log is recorded before its runs are read: a run is on
 * record before it writes, so every byte up to that end belongs to a known run.
 */
export async function* followLogs<Item>(
  logs: readonly FollowedLog<Item>[],
  readState: () => FollowedState,
  { signal, openLines = false }: Pick<LogOptions, 'signal' | 'openLines'>,
): AsyncGenerator<readonly Item[]> {
  // What had ended before the last look: everything that it wrote has been read since.
  let ended: ReadonlySet<FollowedLog<Item>> = new Set();
  let wasOver = false;
  while (!signal?.aborted) {
    for (const log of logs) log.look();
    const state = readState();
    for (const log of logs) {
      log.updateRuns(state.runsOf(log.process));
      if (!log.isAtEnd) log.refreshTimes();
      while (!log.isAtEnd && !signal?.aborted) {
        const items = log.next();
        if (items.length > 0) yield items;
        else await setImmediate();
      }
      const last = ended.has(log) ? log.flush() : [];
      if (last.length > 0) yield last;
    }
    if (wasOver && state.over) return;
    wasOver = state.over;
    ended = new Set(logs.filter((log) => state.over || state.isFinal(log.process)));
    const open = openLines ? logs.filter((log) => !ended.has(log)).map((log) => log.changedOpenLine()) : [];
    if (open.some(isDefined)) yield open.filter(isDefined);
    if (state.over) continue;
    await delay(pollMilliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

function isDefined<Item>(item: Item | undefined): item is Item {
  return item !== undefined;
}
