import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../../../engine/client/cluster.ts';
import { toSymphonyError } from '../../../../engine/contract/errors.ts';
import type { LeftOutLines, LogLine, LogOptions } from '../../../../engine/contract/logs.ts';
import { formatProcess, type ProcessReference, type ProcessStatus } from '../../../../engine/contract/status.ts';
import { matchesPattern, type Pattern } from '../../../shell/text/pattern.ts';
import { FloodGate } from './flood-gate.ts';
import { LineIndex, type LinePredicate } from './line-index.ts';
import { type BufferedLine, LogBuffer, logLimits } from './log-buffer.ts';
import { LogExtent } from './log-extent.ts';
import { type LogRows, withHead } from './log-rows.ts';
import { missingRows } from './missing-lines.ts';
import { isInRange, type TimeRange } from './time-range.ts';

export interface LogSource {
  readonly cluster: Pick<Cluster, 'logBatches'>;
  readonly experiment: string;
  readonly processes: readonly ProcessReference[];
  readonly previous: boolean;
  /** The processes of an experiment of the history, which the cluster does not have; `cluster` reads there. */
  readonly past?: readonly ProcessStatus[];
  /** Whether to read every stored run, not only the current one. */
  readonly all?: boolean;
  /** How many lines of each process to read at the start; by default, as many as fit. */
  readonly tail?: number;
}

export type LogStatus =
  | { readonly kind: 'reading' }
  /** The logs have ended: no process writes to them any more. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly message: string };

/** Limits of the number of lines of each process that are read at the start. */
const maxInitialLines = 5000;
const minInitialLines = 20;
const tailAfterSkip = 200;
const retrySeconds = 2;

/**
 * Reads logs into a buffer while a view shows them, and finds lines in it. The session owns the reading; the creator of a
 * session must close it.
 */
export class LogSession {
  readonly source: LogSource;
  buffer = new LogBuffer(logLimits);
  lines: LineIndex;
  /** The lines among `lines` that match the search; undefined without a search. */
  matches: LineIndex | undefined;
  status: LogStatus = { kind: 'reading' };
  filter: Pattern | undefined;
  search: Pattern | undefined;
  range: TimeRange | undefined;
  readonly extent = new LogExtent();
  /** By `group/name`, the run of the first line of each process. Following continues with later runs. */
  readonly firstRuns = new Map<string, number>();
  readonly #changed: () => void;
  #reading: AbortController | undefined;
  #pin: number | undefined;
  #released = Promise.withResolvers<void>();

  /** @param changed called whenever there is something new to render */
  constructor(source: LogSource, changed: () => void) {
    this.source = source;
    this.#changed = changed;
    this.lines = new LineIndex(this.buffer);
  }

  /** Starts to read, or starts again from an empty buffer. */
  open(): void {
    this.close();
    const reading = new AbortController();
    this.#reading = reading;
    this.status = { kind: 'reading' };
    this.#clear();
    void this.#read(reading.signal);
  }

  /** Whether the buffer holds every line of the requested runs and time range. */
  get isWhole(): boolean {
    return this.extent.isWhole(this.buffer);
  }

  /** The shown lines, after notes on the lines that are not loaded. */
  get rows(): LogRows {
    if (this.isWhole) return this.lines;
    return withHead(this.lines, missingRows(this.extent.missing(this.buffer), this.source.processes.length > 1));
  }

  /** The shown lines that have not ended yet. The search does not find them, because they change. */
  get openLines(): readonly BufferedLine[] {
    return this.buffer.openLines.filter((line) => this.shows(line));
  }

  /** Whether a line passes the filter and is in the time range. */
  shows(line: BufferedLine): boolean {
    return this.#shown().every((predicate) => predicate(line));
  }

  close(): void {
    this.#reading?.abort();
    this.pin(undefined);
  }

  /**
   * Sets the line that the user reads, which must not be dropped. Once the buffer is full of newer lines, reading pauses.
   * @param sequence undefined while following the end
   */
  pin(sequence: number | undefined): void {
    this.#pin = sequence;
    this.#released.resolve();
    this.#released = Promise.withResolvers();
  }

  /** Whether reading is paused, because more lines would drop the line that the user reads. */
  get isHeld(): boolean {
    if (this.#pin === undefined) return false;
    const { first, end } = this.buffer;
    return end - first >= logLimits.lines * 0.9 && this.#pin - first < logLimits.lines * 0.2;
  }

  setFilter(filter: Pattern | undefined): void {
    this.filter = filter;
    this.#reindex();
  }

  setSearch(search: Pattern | undefined): void {
    this.search = search;
    this.#reindex();
  }

  setRange(range: TimeRange | undefined): void {
    this.range = range;
    this.#reindex();
  }

  #clear(): void {
    this.buffer.clear();
    this.extent.reset();
    this.firstRuns.clear();
  }

  #shown(): LinePredicate[] {
    const { filter, range } = this;
    const shown: LinePredicate[] = [];
    if (filter !== undefined) shown.push((line) => !isOutput(line) || matchesPattern(filter, line.plain));
    if (range !== undefined) shown.push((line) => isInRange(range, line.time));
    return shown;
  }

  #reindex(): void {
    const { search } = this;
    const shown = this.#shown();
    this.lines = new LineIndex(this.buffer, all(shown));
    this.matches =
      search === undefined
        ? undefined
        : new LineIndex(this.buffer, all([...shown, (line) => matchesPattern(search, line.plain)]));
  }

  async #read(signal: AbortSignal): Promise<void> {
    let tail = this.#initialTail();
    let isFirst = true;
    while (!signal.aborted) {
      try {
        if (!(await this.#readUntilFlooded(tail, isFirst, signal))) break;
        tail = tailAfterSkip;
        isFirst = false;
        this.extent.noteSkipped();
      } catch (error) {
        if (signal.aborted) return;
        this.status = { kind: 'failed', message: toSymphonyError(error).message };
        this.#changed();
        await sleep(retrySeconds * 1000, undefined, { signal }).catch(() => {});
        this.status = { kind: 'reading' };
        this.#clear();
        tail = this.#initialTail();
        isFirst = true;
      }
    }
    if (signal.aborted) return;
    this.status = { kind: 'ended' };
    this.#changed();
  }

  /** Returns true if the source is a flood, and the caller must continue from the end of the logs. */
  async #readUntilFlooded(tail: number, isFirst: boolean, outer: AbortSignal): Promise<boolean> {
    const own = new AbortController();
    const signal = AbortSignal.any([outer, own.signal]);
    const gate = new FloodGate(seconds());
    const { cluster, experiment, processes } = this.source;
    try {
      const onLeftOut = (left: LeftOutLines) => {
        // After a skip, the lines left out are mostly those read before; `noteSkipped` accounts for the others.
        if (isFirst && !signal.aborted) this.extent.noteLeftOut(left);
      };
      const options = { ...this.#options(), tail, onLeftOut, signal };
      for await (const batch of cluster.logBatches(experiment, processes, options)) {
        if (outer.aborted) return false;
        this.buffer.append(batch);
        this.#noteRuns(batch);
        this.#changed();
        while (this.isHeld) await this.#released.promise;
        const { wait, flooded } = gate.take(batch, seconds());
        if (flooded) {
          this.buffer.append([skipNotice(batch.at(-1))]);
          return true;
        }
        await sleep(wait * 1000, undefined, { signal: outer }).catch(() => {});
      }
    } finally {
      own.abort();
    }
    return false;
  }

  #initialTail(): number {
    if (this.source.tail !== undefined) return this.source.tail;
    const share = Math.floor(logLimits.lines / 2 / Math.max(1, this.source.processes.length));
    return Math.max(minInitialLines, Math.min(maxInitialLines, share));
  }

  #noteRuns(batch: readonly LogLine[]): void {
    for (const line of batch) {
      if (line.kind !== 'line') continue;
      const source = formatProcess(line);
      if (!this.firstRuns.has(source)) this.firstRuns.set(source, line.run);
    }
  }

  #options(): LogOptions {
    const isOver = this.source.previous || this.range?.to !== undefined;
    return { ...extentOptions(this.source, this.range), follow: !isOver, openLines: !isOver, timestamps: true };
  }
}

/** The options that select the runs and the time range. */
export function extentOptions(
  { previous, all = false }: LogSource,
  range: TimeRange | undefined,
): Pick<LogOptions, 'previous' | 'all' | 'since' | 'until'> {
  return {
    previous,
    all,
    ...(range?.from === undefined ? {} : { since: new Date(range.from) }),
    ...(range?.to === undefined ? {} : { until: new Date(range.to) }),
  };
}

/** Whether a process wrote it. */
function isOutput({ kind }: BufferedLine): boolean {
  return kind === 'line' || kind === 'open';
}

function all(predicates: readonly LinePredicate[]): LinePredicate | undefined {
  return predicates.length === 0 ? undefined : (line) => predicates.every((predicate) => predicate(line));
}

function skipNotice(near: LogLine | undefined): LogLine {
  const text = 'Lines arrive faster than they can be read: skipped to the end. The log itself has every line.';
  return { group: near?.group ?? null, name: near?.name ?? '', run: near?.run ?? 1, kind: 'notice', text };
}

function seconds(): number {
  return performance.now() / 1000;
}
