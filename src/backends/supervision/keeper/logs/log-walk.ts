import type { LogOptions } from '../../../../engine/contract/logs.ts';
import type { Ending } from '../../../../engine/text/describe-ending.ts';
import { describeRestart } from '../../../../engine/text/describe-restart.ts';
import type { DescriptorPool } from '../../../kit/logs/descriptor-pool.ts';
import { endMarkLength, maxMarkBytes } from '../../../kit/logs/end-mark.ts';
import { LogFile } from './log-file.ts';
import { offsetSince, offsetUntil, readTimeMarks, type TimeMark } from './log-position.ts';

/** The part of a log that belongs to one run. */
export interface LoggedRun {
  readonly run: number;
  /** Offset in the log at which its output begins. */
  readonly logOffset: number;
  /** How the run ended; absent while it runs. */
  readonly end?: Ending;
}

/** The next part of a log: bytes of a run, or a message between them. */
export type LogStep = { readonly run: number } & (
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Describes bytes that were dropped; the next bytes begin at `offset`. */
  | { readonly kind: 'gap'; readonly offset: number; readonly text: string }
  /** Says how the previous run ended and that this one begins. */
  | { readonly kind: 'restart'; readonly text: string }
);

/** Lines of a larger range are not counted, because that would delay a reader of many logs. */
const maxCountedBytes = 4 * 1024 * 1024;

/** A read position in the log of one process, which advances as bytes are read. */
export class LogWalk {
  readonly #file: LogFile;
  readonly #path: string;
  readonly #options: LogOptions;
  #runs: readonly LoggedRun[];
  #marks: readonly TimeMark[] = [];
  #offset: number;
  #run: LoggedRun | undefined;
  /** Offset at which reading ends for good: the end of a finished range. */
  readonly #stop: number;
  /** End of the log when it was last checked. */
  #end: number;
  /** Offsets at which reading would begin without `tail`, and at which it does begin. */
  readonly #extentStart: number;
  readonly #firstRead: number;

  constructor(path: string, runs: readonly LoggedRun[], options: LogOptions, descriptors: DescriptorPool) {
    this.#path = path;
    this.#file = new LogFile(path, descriptors);
    this.#options = options;
    this.#runs = runs;
    const kept = this.#file.range();
    const chosen = chooseRuns(runs, options);
    if (options.since !== undefined || options.until !== undefined) this.loadTimes();
    const end = Math.min(chosen.end, this.#endOfTime(kept.end));
    this.#stop = options.follow ? Number.POSITIVE_INFINITY : Math.min(end, kept.end);
    this.#end = Math.min(kept.end, end);
    const start = this.#firstOffset(chosen.start, kept.start);
    this.#offset = this.#tailOffset(start);
    this.#extentStart = start;
    this.#firstRead = this.#offset;
    this.#run = runAt(runs, this.#offset);
  }

  /** Offset of the next byte. */
  get offset(): number {
    return this.#offset;
  }

  /** Number of the run that the next bytes belong to. */
  get run(): number {
    return this.#run?.run ?? 1;
  }

  /** The time marks of the log, as last loaded. */
  get marks(): readonly TimeMark[] {
    return this.#marks;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#end;
  }

  /** What `tail` leaves out; undefined if it leaves out nothing. Lines are counted unless the range is very large. */
  leftOut(): { readonly bytes: number; readonly lines?: number } | undefined {
    const bytes = this.#firstRead - this.#extentStart;
    if (bytes <= 0) return undefined;
    if (bytes > maxCountedBytes) return { bytes };
    return { bytes, lines: this.#file.countLines(this.#extentStart, this.#firstRead) };
  }

  loadTimes(): void {
    this.#marks = readTimeMarks(this.#path);
  }

  /**
   * Records the current end of the log. Bytes written later are left for the next look, because only then their run is
   * certainly on record.
   */
  look(): void {
    this.#end = Math.min(this.#file.end(), this.#stop);
  }

  updateRuns(runs: readonly LoggedRun[]): void {
    this.#runs = runs;
    this.#run = runs.find(({ run }) => run === this.#run?.run) ?? this.#run;
  }

  /** Returns the next steps, with at most `maxBytes` bytes; none at the end. */
  next(maxBytes: number): LogStep[] {
    const steps: LogStep[] = [];
    const gap = this.#skipDropped();
    if (gap !== undefined) steps.push(gap);
    const boundary = this.#nextRun();
    const until = Math.min(this.#end, boundary?.logOffset ?? Number.POSITIVE_INFINITY);
    const bytes = this.#file.read(this.#offset, Math.min(maxBytes, until - this.#offset));
    // Bytes dropped during the read may have been read as zeros.
    const isKept = bytes.length > 0 && this.#file.start() <= this.#offset;
    if (isKept) {
      steps.push({ kind: 'bytes', run: this.run, bytes });
      this.#offset += bytes.length;
    } else if (bytes.length === 0 && this.#offset < until) {
      // The log was removed or truncated, so nothing more can be read.
      this.#end = this.#offset;
    }
    if (boundary !== undefined && this.#offset >= boundary.logOffset) {
      const previous = this.#run;
      this.#run = boundary;
      const { run } = boundary;
      // The log of a process that has not been started yet has no run.
      if (run > 1) steps.push({ kind: 'restart', run, text: describeRestart(run, previous?.end) });
    }
    return steps;
  }

  #firstOffset(runStart: number, keptStart: number): number {
    const { since } = this.#options;
    let start = runStart;
    if (since !== undefined) start = Math.max(start, offsetSince(this.#marks, since.getTime()));
    if (keptStart > start) start = keptStart;
    return start > runStart ? this.#file.lineStart(start, this.#end) : start;
  }

  #tailOffset(start: number): number {
    const { tail } = this.#options;
    return tail === undefined ? start : this.#file.tailStart(start, this.#endOfOutput(start), tail);
  }

  /** End of the last line written by the requested time; infinite if no time is requested. */
  #endOfTime(end: number): number {
    const { until } = this.#options;
    if (until === undefined || until.getTime() >= Date.now()) return Number.POSITIVE_INFINITY;
    const offset = offsetUntil(this.#marks, until.getTime());
    return offset > 0 ? this.#file.lineStart(offset, end) : 0;
  }

  /** Excludes the keeper's end mark, which is not a line. */
  #endOfOutput(start: number): number {
    const end = Math.max(this.#end, start);
    const length = Math.min(maxMarkBytes, end - start);
    return end - endMarkLength(this.#file.read(end - length, length));
  }

  /** Trimming may overtake a slow reader. Returns a gap that says how much was dropped meanwhile. */
  #skipDropped(): LogStep | undefined {
    const { start, end } = this.#file.range();
    const missing = start - this.#offset;
    if (missing <= 0) return undefined;
    this.#offset = this.#file.lineStart(start, end);
    this.#run = runAt(this.#runs, this.#offset);
    const text = `${missing} bytes skipped: the log was trimmed to its newest part meanwhile`;
    return { kind: 'gap', run: this.run, offset: this.#offset, text };
  }

  #nextRun(): LoggedRun | undefined {
    const current = this.#run?.run ?? 0;
    return this.#runs.find(({ run, logOffset }) => run > current && logOffset < this.#stop);
  }
}

function chooseRuns(runs: readonly LoggedRun[], options: LogOptions): { readonly start: number; readonly end: number } {
  const current = runs.at(-1);
  const open = Number.POSITIVE_INFINITY;
  if (options.previous) {
    const previous = runs.at(-2);
    return { start: previous?.logOffset ?? 0, end: previous === undefined ? 0 : (current?.logOffset ?? open) };
  }
  return { start: options.all ? 0 : (current?.logOffset ?? 0), end: open };
}

function runAt(runs: readonly LoggedRun[], offset: number): LoggedRun | undefined {
  return runs.findLast(({ logOffset }) => logOffset <= offset) ?? runs[0];
}
