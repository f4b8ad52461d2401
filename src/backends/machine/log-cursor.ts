import type { LogLine, LogOptions } from '../../engine/logs.ts';
import type { ProcessReference } from '../../engine/status.ts';
import { endMarkLength, longestMark, withoutEndMarks } from './end-mark.ts';
import { LineSplitter, type SplitLine } from './line-splitter.ts';
import { LogFile } from './log-file.ts';
import { offsetSince, readTimeMarks, type TimeMark, timeAt } from './log-position.ts';

/** One run, as far as its log is concerned. */
export interface LoggedRun {
  readonly run: number;
  /** Where its output begins in the log. */
  readonly logOffset: number;
  /** In words, how it ended; absent while it runs. */
  readonly ending?: string;
}

const chunkBytes = 256 * 1024;

/** A place in the log of one process, which moves on as lines are read. */
export class LogCursor {
  readonly process: ProcessReference;
  readonly #file: LogFile;
  readonly #path: string;
  readonly #options: LogOptions;
  #runs: readonly LoggedRun[];
  #marks: readonly TimeMark[] = [];
  #splitter: LineSplitter;
  #run: LoggedRun | undefined;
  /** Where reading stops for good: the end of a run that is over. */
  readonly #stop: number;
  /** Where the log ended when it was last looked at. */
  #end: number;

  constructor(process: ProcessReference, path: string, runs: readonly LoggedRun[], options: LogOptions) {
    this.process = process;
    this.#path = path;
    this.#file = new LogFile(path);
    this.#options = options;
    this.#runs = runs;
    const kept = this.#file.range();
    const chosen = chooseRuns(runs, options);
    this.#stop = options.follow ? Number.POSITIVE_INFINITY : Math.min(chosen.end, kept.end);
    this.#end = Math.min(kept.end, chosen.end);
    this.refreshTimes();
    this.#splitter = new LineSplitter(this.#firstOffset(chosen.start, kept.start));
    this.#run = runAt(runs, this.#splitter.offset);
  }

  /** Notes how far the log goes now. Bytes after that are left for the next look, when their run is surely known. */
  look(): void {
    this.#end = Math.min(this.#file.range().end, this.#stop);
  }

  updateRuns(runs: readonly LoggedRun[]): void {
    this.#runs = runs;
    this.#run = runs.find(({ run }) => run === this.#run?.run) ?? this.#run;
  }

  refreshTimes(): void {
    if (this.#options.timestamps || this.#options.since !== undefined) this.#marks = readTimeMarks(this.#path);
  }

  /** Sorting several logs into one needs the times even where nobody wants to see them. */
  loadTimes(): void {
    this.#marks = readTimeMarks(this.#path);
  }

  get isAtEnd(): boolean {
    return this.#splitter.offset >= this.#end;
  }

  /** The next lines, a bounded number of them; empty at the end. */
  next(): LogLine[] {
    const lines: LogLine[] = [];
    const skipped = this.#skipDropped();
    if (skipped !== undefined) lines.push(skipped);
    const boundary = this.#nextRun();
    const until = Math.min(this.#end, boundary?.logOffset ?? Number.POSITIVE_INFINITY);
    const bytes = this.#file.read(this.#splitter.offset, Math.min(chunkBytes, until - this.#splitter.offset));
    for (const line of this.#splitter.push(bytes)) lines.push(this.#toLine(line));
    if (boundary !== undefined && this.#splitter.offset >= boundary.logOffset) {
      lines.push(...this.flush());
      const ending = this.#run?.ending ?? 'ended';
      this.#run = boundary;
      lines.push({
        ...this.process,
        run: boundary.run,
        kind: 'restart',
        text: `run ${boundary.run - 1} ${ending}; run ${boundary.run} begins`,
      });
    }
    return lines;
  }

  /** The line that has no end yet, for when nothing will follow. */
  flush(): LogLine[] {
    return this.#splitter
      .flush()
      .filter(({ text }) => withoutEndMarks(text) !== '')
      .map((line) => this.#toLine(line));
  }

  /** When the line was written, for sorting; the end of time for what is newer than any mark. */
  timeOf(line: LogLine & { readonly offset?: number }): number {
    return line.offset === undefined ? 0 : (timeAt(this.#marks, line.offset) ?? Number.POSITIVE_INFINITY);
  }

  close(): void {
    this.#file.close();
  }

  #firstOffset(runStart: number, keptStart: number): number {
    const { since, tail } = this.#options;
    let start = runStart;
    if (since !== undefined) start = Math.max(start, offsetSince(this.#marks, since.getTime()));
    if (keptStart > start) start = keptStart;
    if (start > runStart) start = this.#file.lineStart(start, this.#end);
    return tail === undefined ? start : this.#file.tailStart(start, this.#endOfOutput(start), tail);
  }

  /** Before the mark of the keeper, which is no line. */
  #endOfOutput(start: number): number {
    const end = Math.max(this.#end, start);
    const length = Math.min(longestMark, end - start);
    return end - endMarkLength(this.#file.read(end - length, length));
  }

  /** A flood may overtake its reader: what was dropped meanwhile is said. */
  #skipDropped(): LogLine | undefined {
    const { start, end } = this.#file.range();
    const missing = start - this.#splitter.offset;
    if (missing <= 0) return undefined;
    this.#splitter = new LineSplitter(this.#file.lineStart(start, end));
    this.#run = runAt(this.#runs, this.#splitter.offset);
    return this.#notice(`${missing} bytes passed over: the log kept only its newest part meanwhile`);
  }

  #nextRun(): LoggedRun | undefined {
    const current = this.#run?.run ?? 0;
    return this.#runs.find(({ run, logOffset }) => run > current && logOffset < this.#stop);
  }

  #toLine(line: SplitLine): LogLine & { readonly offset: number } {
    const time = this.#options.timestamps ? timeAt(this.#marks, line.offset) : undefined;
    return {
      ...this.process,
      run: this.#run?.run ?? 1,
      kind: 'line',
      text: withoutEndMarks(line.text),
      offset: line.offset,
      // The newest bytes may have no mark yet: they were written within the last second.
      ...(this.#options.timestamps ? { time: toSeconds(time ?? Date.now()) } : {}),
    };
  }

  #notice(text: string): LogLine {
    return { ...this.process, run: this.#run?.run ?? 1, kind: 'notice', text };
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

function toSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
