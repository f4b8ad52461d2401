import { execFile } from 'node:child_process';
import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { FaultBarrier } from '../../runs/fault-barrier.ts';
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
/** Interval while a log grows by a large part of its limit between two looks. */
const floodMilliseconds = 100;
const blockBytes = 4096;
const maxMarks = 50_000;

/**
 * Trims logs to their limit and records when they grew, with one stat a second for each: processes write straight into
 * their files and are not affected. The head of a log is dropped by punching holes, so that offsets never move and no
 * line is lost.
 * @see https://man7.org/linux/man-pages/man1/fallocate.1.html
 */
export class LogTrimmer {
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #flooded = false;
  readonly #barrier: FaultBarrier;
  readonly #onNotice: (path: string, notice: string) => void;

  /** `onNotice` is called, with a description, when a log could not be trimmed as intended. */
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

  /** Checks a log outside the regular interval, for when its process has just ended. */
  look(path: string): void {
    const entry = this.#entries.get(path);
    if (entry !== undefined) this.#lookSafely(entry, Date.now());
  }

  /** Stops trimming this log. */
  remove(path: string): void {
    this.#entries.delete(path);
    if (this.#entries.size === 0) this.close();
  }

  /** Number of bytes written to this log so far. */
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
      // On a full disk some lines lose their times; the lines themselves are not affected.
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
      // Readers must know the new start before the bytes disappear.
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

  /**
   * The fallback where holes cannot be punched: truncates the whole file, and lines written at the same moment may be
   * lost.
   */
  #cut(entry: Entry, reason: unknown): void {
    try {
      const size = logSize(entry.path, entry.head);
      truncateSync(entry.path, 0);
      this.#writeHead(entry, { start: size, base: size });
      entry.size = size;
      const why = reason instanceof Error ? (reason.message.trim().split('\n').at(-1) ?? '') : String(reason);
      this.#onNotice(
        entry.path,
        `log truncated to stay within its limit, because its file system cannot drop the oldest part (${why})`,
      );
    } catch {
      // The log was removed, so there is nothing left to trim.
    }
  }

  /** Drops every second mark of the older half, and all marks of dropped bytes. */
  #thinOut(entry: Entry): void {
    const marks = readTimeMarks(entry.path).filter((mark) => mark.offset >= entry.head.start);
    const half = marks.length >> 1;
    const kept = marks.filter((_, index) => index > half || index % 2 === 0);
    writeFileSync(indexPath(entry.path), kept.map(formatTimeMark).join(''), { mode: 0o600 });
    entry.marks = kept.length;
  }
}

/** Offset of the end of this log. */
export function logSize(path: string, head: LogHead): number {
  try {
    return statSync(path).size + head.base;
  } catch {
    return head.base;
  }
}
