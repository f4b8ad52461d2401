import { setImmediate } from 'node:timers/promises';
import { cutMarker, cutStatesMarker } from '../../../engine/contract/logs.ts';
import { leastPieceBytes, type TimedLine } from './timed-lines.ts';
import { type TimedPosition, toSecond, type UnreadLines } from './timed-position.ts';

/** The log of one container, as a server gives it: bytes with a time on each line. */
export interface TimedLog {
  /** Opens it; undefined if there is none. */
  open(query: TimedLogQuery, signal: AbortSignal | undefined): Promise<LogBytes | undefined>;
  /** Makes what splits its bytes into lines. @param limit bytes of a line, 64 KiB by default */
  splitter(limit: number | undefined): TimedSplitter;
}

export interface TimedLogQuery {
  readonly follow?: boolean | undefined;
  /** The number of last pieces of lines. A server that cannot count them may give all. */
  readonly tail?: number;
  /** To the second, as `toSecond` writes it. */
  readonly sinceTime?: string | undefined;
}

export type LogBytes = AsyncIterable<Buffer> & { destroy(): unknown };

export interface TimedSplitter {
  push(chunk: Buffer): readonly TimedLine[];
  /** The newest state of a line that has not ended, if it has changed since the last call. */
  changedOpenLine(): TimedLine | undefined;
  /** The incomplete last lines, at the end of the log. */
  flush(): readonly TimedLine[];
}

export interface ReadLogOptions {
  readonly follow?: boolean | undefined;
  /** Leaves out an incomplete last line, which `follow` does in any case: it is read again once it is complete. */
  readonly isRunning?: boolean | undefined;
  /** The start time, unless the position is further. */
  readonly since?: Date | undefined;
  /** The position at which reading resumes; advanced by each line. */
  readonly position: TimedPosition;
  /**
   * Whether an answer is of the wanted run, which some servers do not say; asked before the first lines that do not
   * continue at the position. `isFirst`: nothing was read before. True by default.
   */
  readonly belongs?: ((isFirst: boolean) => Promise<boolean>) | undefined;
  /** Whether to yield the state of a line that has not ended yet, as far as it has arrived, as the last item of a batch. */
  readonly openLines?: boolean | undefined;
  /** @see LogOptions.lineLimit */
  readonly lineLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads the lines of a log in batches. One that does not exist has no lines. */
export async function* readTimedLog(
  log: TimedLog,
  { follow, isRunning = follow, since, position, belongs, openLines, lineLimit, signal }: ReadLogOptions,
): AsyncGenerator<readonly TimedLine[]> {
  const resumed = position.resume();
  const sinceTime = resumed?.sinceTime ?? (since && toSecond(since));
  const bytes = await log.open({ follow, sinceTime }, signal);
  if (bytes === undefined) return;
  try {
    const batches = readLines(bytes, log.splitter(lineLimit), { withIncomplete: !isRunning, openLines });
    for await (const lines of unreadLines(batches, resumed?.unread, belongs)) {
      for (const line of lines) if (!line.isOpen) position.note(line);
      const wanted =
        resumed !== undefined || since === undefined ? lines : lines.filter((line) => isSince(line, since));
      if (wanted.length > 0) yield wanted;
    }
  } finally {
    bytes.destroy();
  }
}

/**
 * @param withIncomplete whether to yield a last piece without a line end, because the container has ended. Otherwise the
 *   piece is read again once its line is complete.
 */
async function* readLines(
  chunks: AsyncIterable<Buffer>,
  splitter: TimedSplitter,
  { withIncomplete, openLines }: { readonly withIncomplete: boolean; readonly openLines: boolean | undefined },
): AsyncGenerator<readonly TimedLine[]> {
  for await (const chunk of chunks) {
    const lines = splitter.push(chunk);
    const open = openLines ? splitter.changedOpenLine() : undefined;
    yield open === undefined ? lines : [...lines, open];
    // Servers send each line separately; waiting for one turn of the event loop batches them, which is much cheaper.
    await setImmediate();
  }
  if (withIncomplete) yield splitter.flush();
}

async function* unreadLines(
  batches: AsyncIterable<readonly TimedLine[]>,
  unread: UnreadLines | undefined,
  belongs: ReadLogOptions['belongs'],
): AsyncGenerator<readonly TimedLine[]> {
  let isChecked = belongs === undefined;
  const isWanted = async (lines: readonly TimedLine[]) => {
    if (isChecked || lines.length === 0 || unread?.hasGap === false) return true;
    isChecked = true;
    return belongs?.(unread === undefined) ?? true;
  };
  for await (const batch of batches) {
    const lines = unread === undefined ? batch : unread.takeBatch(batch);
    if (!(await isWanted(lines))) return;
    yield lines;
  }
  const rest = unread?.rest() ?? [];
  if (await isWanted(rest)) yield rest;
}

export interface ReadTailOptions {
  /** Lines. */
  readonly tail: number;
  readonly since?: Date | undefined;
  /** Whether the container runs, so that a line without an end is read again once it is complete. */
  readonly isRunning?: boolean;
  /** @see LogOptions.lineLimit */
  readonly lineLimit?: number | undefined;
  /** Set to the last line that was read, for reading on after it. */
  readonly position?: TimedPosition | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the last complete lines of a log. Servers count the pieces into which container runtimes split long lines: one
 * extra piece is requested, whose beginning may be missing, and many more if that was not enough.
 */
export async function readTimedTail(
  log: TimedLog,
  { tail, since, isRunning = false, lineLimit, position, signal }: ReadTailOptions,
): Promise<readonly TimedLine[]> {
  let before: readonly TimedLine[] | undefined;
  for (let pieces = tail + 1; ; pieces *= 8) {
    const query = { tail: pieces, sinceTime: since && toSecond(since) };
    position?.reset();
    const lines = await readAll(log, query, { isRunning, lineLimit, position, signal });
    if (lines.length > tail || isAll(lines, pieces) || isSameStart(lines, before)) {
      const last = tail === 0 ? [] : lines.slice(-tail);
      return since === undefined ? last : last.filter((line) => isSince(line, since));
    }
    before = lines;
  }
}

/** More lines than wanted that are kept before they are dropped together. */
const spareLines = 1_000;

async function readAll(
  log: TimedLog,
  query: TimedLogQuery & { readonly tail: number },
  { isRunning, lineLimit, position, signal }: Omit<ReadTailOptions, 'tail' | 'since'>,
): Promise<readonly TimedLine[]> {
  const bytes = await log.open(query, signal);
  if (bytes === undefined) return [];
  const splitter = log.splitter(lineLimit);
  const lines: TimedLine[] = [];
  const take = (read: readonly TimedLine[]) => {
    lines.push(...read);
    for (const line of read) position?.note(line);
  };
  try {
    for await (const chunk of bytes) {
      take(splitter.push(chunk));
      // A server that does not limit its answer sends all lines.
      if (lines.length > 2 * query.tail + spareLines) lines.splice(0, lines.length - query.tail);
    }
    if (!isRunning) take(splitter.flush());
  } finally {
    bytes.destroy();
  }
  return lines;
}

/** Whether the log has fewer pieces than requested. */
function isAll(lines: readonly TimedLine[], asked: number): boolean {
  let pieces = 0;
  for (const { text } of lines) {
    if (text.endsWith(cutMarker) || text.startsWith(cutStatesMarker)) return false;
    pieces += Math.ceil(Buffer.byteLength(text) / leastPieceBytes) || 1;
  }
  return pieces < asked;
}

/** Whether a much larger request starts at the same line, so that these are all lines. */
function isSameStart(lines: readonly TimedLine[], before: readonly TimedLine[] | undefined): boolean {
  return before !== undefined && lines.length === before.length && lines[0]?.time === before[0]?.time;
}

/** Whether a line is not older than a time, as far as its own time says: some servers know whole seconds only. */
function isSince({ time }: TimedLine, since: Date): boolean {
  const from = time.includes('.') ? since.getTime() : Math.floor(since.getTime() / 1000) * 1000;
  return Date.parse(time) >= from;
}
