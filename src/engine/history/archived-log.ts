import { closeSync, openSync, readSync } from 'node:fs';
import { cutLine, type LeftOutLines, type LogLine, type LogOptions, maximumLineBytes } from '../contract/logs.ts';
import type { ProcessReference, RunStatus } from '../contract/status.ts';
import { describeRestart } from '../text/describe-restart.ts';
import { formatBytes } from '../text/quantities.ts';
import { decodeTimes, type LogIndex } from './log-index.ts';

const newline = 0x0a;
const chunkBytes = 256 * 1024;

/** A line with the time by which it was written, in milliseconds; infinite if that is unknown. */
export interface TimedLogLine {
  readonly line: LogLine;
  readonly time: number;
}

/** The archived log of one process. */
export class ArchivedLog {
  readonly #reference: ProcessReference;
  readonly #path: string;
  readonly #index: LogIndex;
  readonly #runs: readonly RunStatus[];

  /**
   * @param path of the file with the logs of its experiment
   * @param runs how its runs ended, as far as that is known
   */
  constructor(reference: ProcessReference, path: string, index: LogIndex, runs: readonly RunStatus[]) {
    this.#reference = reference;
    this.#path = path;
    this.#index = index;
    this.#runs = runs;
  }

  /**
   * The lines that the options select, oldest first, with a marker between two runs. The file stays open meanwhile, so
   * that pruning does not end a reader.
   */
  *lines(options: LogOptions): Generator<TimedLogLine> {
    let descriptor: number;
    try {
      descriptor = openSync(this.#path, 'r');
    } catch {
      return;
    }
    try {
      yield* this.#read(descriptor, options);
    } finally {
      closeSync(descriptor);
    }
  }

  *#read(descriptor: number, options: LogOptions): Generator<TimedLogLine> {
    const marks = decodeTimes(this.#index.times);
    const extent = this.#extent(options);
    const source = { descriptor, offset: this.#index.offset };
    let nextMark = 0;
    const timeOf = (offset: number) => {
      while (nextMark < marks.length && (marks[nextMark]?.offset ?? 0) <= offset) nextMark += 1;
      return marks[nextMark]?.time ?? Number.POSITIVE_INFINITY;
    };
    const [since, until] = [options.since?.getTime(), options.until?.getTime()];
    const isWanted = (offset: number) => {
      if (since === undefined && until === undefined) return true;
      const time = timeOf(offset);
      // Times are known to the second.
      return (
        (since === undefined || time >= since) && (until === undefined || time < Math.floor(until / 1000 + 1) * 1000)
      );
    };
    let skipped = 0;
    if (options.tail !== undefined) {
      let count = 0;
      for (const { offset } of splitLines(source, extent, 0)) if (isWanted(offset)) count += 1;
      nextMark = 0;
      skipped = Math.max(0, count - options.tail);
      if (skipped > 0) this.#reportLeftOut(skipped, options.onLeftOut);
    }
    if (skipped === 0 && extent.from === 0 && this.#index.dropped > 0 && since === undefined) {
      const text = `${formatBytes(this.#index.dropped)} before this are not kept`;
      yield { line: this.#line(extent.run, 'notice', text), time: 0 };
    }
    let run = extent.run;
    let toSkip = skipped;
    let isFirst = true;
    for (const { text, offset } of splitLines(source, extent, options.lineLimit ?? maximumLineBytes)) {
      const of = this.#runAt(offset);
      const isLeftOut = !isWanted(offset) || toSkip > 0;
      if (isLeftOut) {
        if (isWanted(offset)) toSkip -= 1;
        // No marker stands before the first line.
        if (isFirst) run = of;
        continue;
      }
      isFirst = false;
      const time = timeOf(offset);
      if (of !== run) {
        const previous = this.#runs.find((other) => other.run === of - 1);
        yield { line: this.#line(of, 'restart', describeRestart(of, previous)), time };
        run = of;
      }
      const stamp = options.timestamps && Number.isFinite(time) ? { time: toSecond(time) } : {};
      yield { line: { ...this.#line(of, 'line', text), ...stamp }, time };
    }
  }

  #reportLeftOut(lines: number, onLeftOut: ((left: LeftOutLines) => void) | undefined): void {
    onLeftOut?.({ group: this.#reference.group, name: this.#reference.name, lines });
  }

  #line(run: number, kind: LogLine['kind'], text: string): LogLine {
    return { group: this.#reference.group, name: this.#reference.name, run, kind, text };
  }

  /** The part of the file with the requested runs: the last one unless the options say otherwise. */
  #extent({ all, previous }: LogOptions): Extent {
    const { starts, length: size } = this.#index;
    const breaks = starts.map(([, offset]) => offset);
    const last = starts.at(-1);
    const before = starts.at(-2);
    if (all) return { from: 0, to: size, run: this.#runAt(0), breaks };
    if (!previous) return { from: last?.[1] ?? 0, to: size, run: last?.[0] ?? 1, breaks };
    return before === undefined
      ? { from: 0, to: 0, run: 1, breaks }
      : { from: before[1], to: last?.[1] ?? size, run: before[0], breaks };
  }

  #runAt(offset: number): number {
    const { starts } = this.#index;
    return (starts.findLast(([, start]) => start <= offset) ?? starts[0] ?? [1])[0];
  }
}

/** A log within an open file that holds several. */
interface Source {
  readonly descriptor: number;
  /** Where the log begins in the file. */
  readonly offset: number;
}

interface Extent {
  readonly from: number;
  readonly to: number;
  /** The run to which the first byte belongs. */
  readonly run: number;
  /** Offsets at which a line ends although no newline follows, because a run begins there. */
  readonly breaks: readonly number[];
}

/** The lines of a part of a log, with the offset of each one's first byte. @param limit bytes after which a line is cut */
function* splitLines(
  source: Source,
  { from, to, breaks }: Extent,
  limit: number,
): Generator<{ readonly text: string; readonly offset: number }> {
  const inner = breaks.filter((offset) => offset > from && offset < to);
  let start = from;
  for (const end of [...inner, to]) {
    yield* splitPart(source, start, end, limit);
    start = end;
  }
}

function* splitPart(
  source: Source,
  from: number,
  to: number,
  limit: number,
): Generator<{ readonly text: string; readonly offset: number }> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let start = from;
  const hold = (bytes: Buffer) => {
    const room = limit + 1 - heldBytes;
    if (bytes.length === 0 || room <= 0) return;
    // A copy, because a part would keep its whole chunk in memory.
    held.push(Buffer.from(bytes.subarray(0, room)));
    heldBytes += Math.min(room, bytes.length);
  };
  const take = (bytes: Buffer) => {
    if (held.length === 0) return textOf(bytes, limit);
    hold(bytes);
    const whole = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    return textOf(whole, limit);
  };
  for (let at = from; at < to; ) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, to - at));
    const length = readSync(source.descriptor, buffer, 0, buffer.length, source.offset + at);
    if (length === 0) break;
    const chunk = buffer.subarray(0, length);
    let begin = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, begin)) {
      yield { text: take(chunk.subarray(begin, end)), offset: start };
      begin = end + 1;
      start = at + begin;
    }
    hold(chunk.subarray(begin));
    at += length;
  }
  if (start < to && heldBytes > 0) yield { text: take(Buffer.alloc(0)), offset: start };
}

function textOf(bytes: Buffer, limit: number): string {
  if (bytes.length > limit) return cutLine(bytes, limit);
  const text = bytes.toString('utf8');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function toSecond(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
