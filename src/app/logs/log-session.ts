import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../engine/cluster.ts';
import { toSymphonyError } from '../../engine/errors.ts';
import type { LogLine, LogOptions } from '../../engine/logs.ts';
import type { ProcessReference } from '../../engine/status.ts';
import { matchesPattern, type Pattern } from '../text/pattern.ts';
import { FloodGate } from './flood-gate.ts';
import { LineIndex, type LinePredicate } from './line-index.ts';
import { LogBuffer, logLimits } from './log-buffer.ts';
import { isInRange, type TimeRange } from './time-range.ts';

export interface LogSource {
  readonly cluster: Pick<Cluster, 'logBatches'>;
  readonly experiment: string;
  readonly processes: readonly ProcessReference[];
  readonly previous: boolean;
  /** Every run that is kept, not only the current one. */
  readonly all?: boolean;
  /** Lines of each process that are read at the start, in place of as many as fit. */
  readonly tail?: number;
}

export type LogStatus =
  | { readonly kind: 'reading' }
  /** The logs have ended: nobody writes to them any more. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly message: string };

/** Lines of each process that are read at the start: as many as fit into the buffer, within reason. */
const mostInitialLines = 5000;
const fewestInitialLines = 20;
const tailAfterSkip = 200;
const retrySeconds = 2;

/**
 * Reads logs into a buffer for as long as somebody looks, and finds lines in it. It owns the reading: whoever makes a
 * session closes it.
 */
export class LogSession {
  readonly source: LogSource;
  buffer = new LogBuffer(logLimits);
  lines: LineIndex;
  /** Lines among `lines` that match the search; undefined while nothing is searched for. */
  matches: LineIndex | undefined;
  status: LogStatus = { kind: 'reading' };
  filter: Pattern | undefined;
  search: Pattern | undefined;
  range: TimeRange | undefined;
  readonly #changed: () => void;
  #reading: AbortController | undefined;
  #pin: number | undefined;
  #released = Promise.withResolvers<void>();

  /** @param changed called whenever there is something new to draw */
  constructor(source: LogSource, changed: () => void) {
    this.source = source;
    this.#changed = changed;
    this.lines = new LineIndex(this.buffer);
  }

  /** Begins to read, or begins anew. */
  open(): void {
    this.close();
    const reading = new AbortController();
    this.#reading = reading;
    this.status = { kind: 'reading' };
    this.buffer.clear();
    void this.#read(reading.signal);
  }

  close(): void {
    this.#reading?.abort();
    this.pin(undefined);
  }

  /**
   * Says which line somebody reads: it is not dropped. Once the buffer is full of newer lines, nothing more is taken in.
   * @param sequence undefined while the end is followed
   */
  pin(sequence: number | undefined): void {
    this.#pin = sequence;
    this.#released.resolve();
    this.#released = Promise.withResolvers();
  }

  /** Whether it waits for its reader, because taking in more would drop what is being read. */
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

  #reindex(): void {
    const { filter, search, range } = this;
    const shown: LinePredicate[] = [];
    if (filter !== undefined) shown.push((line) => line.kind !== 'line' || matchesPattern(filter, line.plain));
    if (range !== undefined) shown.push((line) => isInRange(range, line.time));
    this.lines = new LineIndex(this.buffer, all(shown));
    this.matches =
      search === undefined
        ? undefined
        : new LineIndex(this.buffer, all([...shown, (line) => matchesPattern(search, line.plain)]));
  }

  async #read(signal: AbortSignal): Promise<void> {
    let tail = this.#initialTail();
    while (!signal.aborted) {
      try {
        if (!(await this.#readUntilFlooded(tail, signal))) break;
        tail = tailAfterSkip;
      } catch (error) {
        if (signal.aborted) return;
        this.status = { kind: 'failed', message: toSymphonyError(error).message };
        this.#changed();
        await sleep(retrySeconds * 1000, undefined, { signal }).catch(() => {});
        this.status = { kind: 'reading' };
        this.buffer.clear();
        tail = this.#initialTail();
      }
    }
    if (signal.aborted) return;
    this.status = { kind: 'ended' };
    this.#changed();
  }

  /** True if it gave up keeping pace, and its caller is to go on from the end of the logs. */
  async #readUntilFlooded(tail: number, outer: AbortSignal): Promise<boolean> {
    const own = new AbortController();
    const signal = AbortSignal.any([outer, own.signal]);
    const gate = new FloodGate(seconds());
    const { cluster, experiment, processes } = this.source;
    try {
      for await (const batch of cluster.logBatches(experiment, processes, { ...this.#options(), tail, signal })) {
        if (outer.aborted) return false;
        this.buffer.append(batch);
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
    return Math.max(fewestInitialLines, Math.min(mostInitialLines, share));
  }

  #options(): LogOptions {
    const { previous, all = false } = this.source;
    const from = this.range?.from;
    return {
      follow: !previous,
      previous,
      all,
      timestamps: true,
      ...(from === undefined ? {} : { since: new Date(from) }),
    };
  }
}

function all(predicates: readonly LinePredicate[]): LinePredicate | undefined {
  return predicates.length === 0 ? undefined : (line) => predicates.every((predicate) => predicate(line));
}

function skipNotice(near: LogLine | undefined): LogLine {
  const text = 'It writes faster than anyone can read: skipped to the end. The log itself has every line.';
  return { group: near?.group ?? null, name: near?.name ?? '', run: near?.run ?? 1, kind: 'notice', text };
}

function seconds(): number {
  return performance.now() / 1000;
}
