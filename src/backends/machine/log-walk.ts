import type { LogOptions } from '../../engine/logs.ts';
import type { DescriptorPool } from './descriptor-pool.ts';
import { endMarkLength, maxMarkBytes } from './end-mark.ts';
import { LogFile } from './log-file.ts';
import { offsetSince, offsetUntil, readTimeMarks, type TimeMark } from './log-position.ts';

/** One run, as far as its log is concerned. */
export interface LoggedRun {
  readonly run: number;
  /** Where its output begins in the log. */
  readonly logOffset: number;
  /** In words, how it ended; absent while it runs. */
  readonly ending?: string;
}

/** What comes next in a log: bytes of a run, or something said in between. */
export type LogStep = { readonly run: number } & (
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Bytes that are gone, in words; what follows begins at `offset`. */
  | { readonly kind: 'gap'; readonly offset: number; readonly text: string }
  /** The end of the run before, and that this one begins, in words. */
  | { readonly kind: 'restart'; readonly text: string }
);

/** Counting the lines of more would keep a reader of many logs waiting. */
const maxCountedBytes = 4 * 1024 * 1024;

/** A place in the log of one process, which moves on as bytes are read. */
export class LogWalk {
  readonly #file: LogFile;
  readonly #path: string;
  readonly #options: LogOptions;
  #runs: readonly LoggedRun[];
  #marks: readonly TimeMark[] = [];
  #offset: number;
  #run: LoggedRun | undefined;
  /** Where reading stops for good: the end of a run that is over. */
  readonly #stop: number;
  /** Where the log ended when it was last looked at. */
  #end: number;
  /** Where reading would begin without `tail`, and where it begins. */
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

  /** Number of the run that comes next. */
  get run(): number {
    return this.#run?.run ?? 1;
  }

  /** When the log had grown how far, as it was last loaded. */
  get marks(): readonly TimeMark[] {
    return this.#marks;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#end;
  }

  /** What `tail` leaves out; undefined if it leaves out nothing. Lines are counted unless there are very many. */
  leftOut(): { readonly bytes: number; readonly lines?: number } | undefined {
    const bytes = this.#firstRead - this.#extentStart;
    if (bytes <= 0) return undefined;
    if (bytes > maxCountedBytes) return { bytes };
    return { bytes, lines: this.#file.countLines(this.#extentStart, this.#firstRead) };
  }

  loadTimes(): void {
    this.#marks = readTimeMarks(this.#path);
  }

  /** Notes how far the log goes now. Bytes after that are left for the next look, when their run is surely known. */
  look(): void {
    this.#end = Math.min(this.#file.end(), this.#stop);
  }

  updateRuns(runs: readonly LoggedRun[]): void {
    this.#runs = runs;
    this.#run = runs.find(({ run }) => run === this.#run?.run) ?? this.#run;
  }

  /** The next steps, with at most so many bytes; none at the end. */
  next(maxBytes: number): LogStep[] {
    const steps: LogStep[] = [];
    const gap = this.#skipDropped();
    if (gap !== undefined) steps.push(gap);
    const boundary = this.#nextRun();
    const until = Math.min(this.#end, boundary?.logOffset ?? Number.POSITIVE_INFINITY);
    const bytes = this.#file.read(this.#offset, Math.min(maxBytes, until - this.#offset));
    // What was dropped while it was read may have been read as zeros.
    const isKept = bytes.length > 0 && this.#file.start() <= this.#offset;
    if (isKept) {
      steps.push({ kind: 'bytes', run: this.run, bytes });
      this.#offset += bytes.length;
    } else if (bytes.length === 0 && this.#offset < until) {
      // The log is gone, or was cut: there is no more than this.
      this.#end = this.#offset;
    }
    if (boundary !== undefined && this.#offset >= boundary.logOffset) {
      const ending = this.#run?.ending ?? 'ended';
      this.#run = boundary;
      const { run } = boundary;
      steps.push({ kind: 'restart', run, text: `run ${run - 1} ${ending}; run ${run} begins` });
    }
    return steps;
  }

  close(): void {
    this.#file.close();
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

  /** The end of the last line that was written by the time that is asked for; no end if none is. */
  #endOfTime(end: number): number {
    const { until } = this.#options;
    if (until === undefined || until.getTime() >= Date.now()) return Number.POSITIVE_INFINITY;
    const offset = offsetUntil(this.#marks, until.getTime());
    return offset > 0 ? this.#file.lineStart(offset, end) : 0;
  }

  /** Before the mark of the keeper, which is no line. */
  #endOfOutput(start: number): number {
    const end = Math.max(this.#end, start);
    const length = Math.min(maxMarkBytes, end - start);
    return end - endMarkLength(this.#file.read(end - length, length));
  }

  /** A flood may overtake its reader: what was dropped meanwhile is said. */
  #skipDropped(): LogStep | undefined {
    const { start, end } = this.#file.range();
    const missing = start - this.#offset;
    if (missing <= 0) return undefined;
    this.#offset = this.#file.lineStart(start, end);
    this.#run = runAt(this.#runs, this.#offset);
    const text = `${missing} bytes passed over: the log kept only its newest part meanwhile`;
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
