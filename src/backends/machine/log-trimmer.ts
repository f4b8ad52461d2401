import { execFile } from 'node:child_process';
import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { FaultBarrier } from './fault-barrier.ts';
import { formatTimeMark, headPath, indexPath, type LogHead, readHead, readTimeMarks } from './log-position.ts';

export interface TrimmedLog {
  readonly path: string;
  /** Bytes to keep. */
  readonly limit: number;
}

interface Entry extends TrimmedLog {
  size: number;
  head: LogHead;
  marks: number;
  punching: boolean;
}

const secondMilliseconds = 1000;
/** While a log grows by a large part of its limit within one look. */
const floodMilliseconds = 100;
const blockBytes = 4096;
const maxMarks = 50_000;

/**
 * Keeps logs to their size and notes when they grew, from one stat each second: the processes write straight into their
 * files and notice nothing of it. A log keeps its last bytes by punching holes in its head, so that offsets never move
 * and no line is lost.
 * @see https://man7.org/linux/man-pages/man1/fallocate.1.html
 */
export class LogTrimmer {
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #flooded = false;
  readonly #barrier: FaultBarrier;
  readonly #onNotice: (path: string, notice: string) => void;

  /** `onNotice` is told, in words, when a log could not be kept as it should. */
  constructor(barrier: FaultBarrier, onNotice: (path: string, notice: string) => void) {
    this.#barrier = barrier;
    this.#onNotice = onNotice;
  }

  add(log: TrimmedLog): void {
    if (this.#entries.has(log.path)) return;
    const head = readHead(log.path);
    const marks = readTimeMarks(log.path);
    this.#entries.set(log.path, {
      ...log,
      size: marks.at(-1)?.offset ?? head.start,
      head,
      marks: marks.length,
      punching: false,
    });
    this.#schedule();
  }

  /** A look out of turn, for when its process has just ended. */
  look(path: string): void {
    const entry = this.#entries.get(path);
    if (entry !== undefined) this.#lookSafely(entry, Date.now());
  }

  /** Looks at this log no more. */
  remove(path: string): void {
    this.#entries.delete(path);
    if (this.#entries.size === 0) this.close();
  }

  /** How much was written to this log so far. */
  size(path: string): number {
    return logSize(path, readHead(path));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#entries.size === 0) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#lookAtAll();
        this.#schedule();
      },
      this.#flooded ? floodMilliseconds : secondMilliseconds,
    );
  }

  #lookAtAll(): void {
    const now = Date.now();
    this.#flooded = false;
    for (const entry of this.#entries.values()) this.#lookSafely(entry, now);
  }

  #lookSafely(entry: Entry, now: number): void {
    this.#barrier.run(`trimming the log ${entry.path}`, () => this.#look(entry, now));
  }

  #look(entry: Entry, now: number): void {
    const size = logSize(entry.path, entry.head);
    const grown = size - entry.size;
    if (grown <= 0) return;
    entry.size = size;
    if (grown > entry.limit / 8) this.#flooded = true;
    try {
      appendFileSync(indexPath(entry.path), formatTimeMark({ time: now, offset: size }), { mode: 0o600 });
      entry.marks += 1;
      if (entry.marks > maxMarks) this.#thinOut(entry);
    } catch {
      // A full disk takes the times of some lines, not the lines.
    }
    const slack = Math.max(entry.limit / 8, blockBytes);
    if (size - entry.head.start > entry.limit + slack && !entry.punching) {
      entry.punching = true;
      const dropping = this.#barrier.runAsync(`shortening the log ${entry.path}`, () => this.#dropHead(entry, size));
      void dropping.then(() => {
        entry.punching = false;
      });
    }
  }

  async #dropHead(entry: Entry, size: number): Promise<void> {
    const place = Math.floor((size - entry.limit - entry.head.base) / blockBytes) * blockBytes;
    const head = { start: place + entry.head.base, base: entry.head.base };
    try {
      // Readers must stay off the bytes before they go.
      this.#writeHead(entry, head);
      await promisify(execFile)('fallocate', ['--punch-hole', '--offset', '0', '--length', `${place}`, entry.path]);
    } catch (error) {
      this.#cut(entry, error);
    }
  }

  #writeHead(entry: Entry, head: LogHead): void {
    writeFileSync(headPath(entry.path), JSON.stringify(head), { mode: 0o600 });
    entry.head = head;
  }

  /** What is left where holes cannot be punched: the whole file goes, and lines that come meanwhile may go with it. */
  #cut(entry: Entry, reason: unknown): void {
    try {
      const size = logSize(entry.path, entry.head);
      truncateSync(entry.path, 0);
      this.#writeHead(entry, { start: size, base: size });
      entry.size = size;
      const why = reason instanceof Error ? (reason.message.trim().split('\n').at(-1) ?? '') : String(reason);
      this.#onNotice(
        entry.path,
        `log cut to keep its size, because its file system cannot drop the oldest part (${why})`,
      );
    } catch {
      // The log is gone: so is the need to keep it small.
    }
  }

  /** Halves the marks of the older half, and drops those of bytes that are gone. */
  #thinOut(entry: Entry): void {
    const marks = readTimeMarks(entry.path).filter((mark) => mark.offset >= entry.head.start);
    const half = marks.length >> 1;
    const kept = marks.filter((_, index) => index > half || index % 2 === 0);
    writeFileSync(indexPath(entry.path), kept.map(formatTimeMark).join(''), { mode: 0o600 });
    entry.marks = kept.length;
  }
}

/** The offset at which this log ends. */
export function logSize(path: string, head: LogHead): number {
  try {
    return statSync(path).size + head.base;
  } catch {
    return head.base;
  }
}
