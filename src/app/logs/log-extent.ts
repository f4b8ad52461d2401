import type { LeftOutLines } from '../../engine/logs.ts';
import { formatProcess } from '../../engine/status.ts';
import type { LogBuffer } from './log-buffer.ts';

/** Lines of one process that are older than those that are held. */
export interface MissingLines {
  /** `group/name`. */
  readonly process: string;
  /** Undefined if it is not known how many. */
  readonly lines: number | undefined;
  /** Their size, where only that is known. */
  readonly bytes: number | undefined;
}

/** What a buffer does not hold of the logs that are read into it: what reading began after, and what was dropped since. */
export class LogExtent {
  #leftOut = new Map<string, LeftOutLines>();
  #hasSkipped = false;

  /** Forgets everything: reading begins anew. */
  reset(): void {
    this.#leftOut = new Map();
    this.#hasSkipped = false;
  }

  /** To be told where reading begins. */
  noteLeftOut(left: LeftOutLines): void {
    this.#leftOut.set(formatProcess(left), left);
  }

  /** To be told that lines were passed over, an unknown number. */
  noteSkipped(): void {
    this.#hasSkipped = true;
  }

  /** Whether the buffer holds every line. */
  isWhole(buffer: LogBuffer): boolean {
    return this.#leftOut.size === 0 && buffer.dropped === 0 && !this.#hasSkipped;
  }

  /** What is missing before the first line, in the order in which the processes first wrote. */
  missing(buffer: LogBuffer): MissingLines[] {
    const names = new Set([...this.#leftOut.keys(), ...buffer.sources]);
    return [...names].flatMap((source) => {
      const left = this.#leftOut.get(source);
      const dropped = buffer.droppedOf(source);
      if (left === undefined && dropped === 0) return [];
      const isCounted = (left === undefined || left.lines !== undefined) && !(this.#hasSkipped && dropped > 0);
      return [
        {
          process: source,
          lines: isCounted ? (left?.lines ?? 0) + dropped : undefined,
          bytes: isCounted || dropped > 0 ? undefined : left?.bytes,
        },
      ];
    });
  }

  /** How many lines there are, held or not; undefined if it is not known. */
  total(buffer: LogBuffer, held: number): number | undefined {
    if (this.#hasSkipped) return undefined;
    const missing = this.missing(buffer);
    if (missing.some(({ lines }) => lines === undefined)) return undefined;
    return missing.reduce((sum, { lines = 0 }) => sum + lines, held);
  }
}
