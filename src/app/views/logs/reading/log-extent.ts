import type { LeftOutLines } from '../../../../engine/contract/logs.ts';
import { formatProcess } from '../../../../engine/contract/status.ts';
import type { LogBuffer } from './log-buffer.ts';

/** Lines of one process that are older than those in the buffer. */
export interface MissingLines {
  /** `group/name`. */
  readonly process: string;
  /** Undefined if the number is unknown. */
  readonly lines: number | undefined;
  /** Their size, if only the size is known. */
  readonly bytes: number | undefined;
}

/** Tracks which lines of its logs a buffer does not hold: those before the start of reading, and those dropped later. */
export class LogExtent {
  #leftOut = new Map<string, LeftOutLines>();
  #hasSkipped = false;

  /** Resets everything when reading starts again. */
  reset(): void {
    this.#leftOut = new Map();
    this.#hasSkipped = false;
  }

  /** Records which lines reading leaves out at its start. */
  noteLeftOut(left: LeftOutLines): void {
    this.#leftOut.set(formatProcess(left), left);
  }

  /** Records that an unknown number of lines was skipped. */
  noteSkipped(): void {
    this.#hasSkipped = true;
  }

  /** Whether the buffer holds every line. */
  isWhole(buffer: LogBuffer): boolean {
    return this.#leftOut.size === 0 && buffer.dropped === 0 && !this.#hasSkipped;
  }

  /** The lines that are missing before the first one, for each process. */
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

  /** How many lines exist, loaded or not; undefined if unknown. @param held how many are loaded */
  total(buffer: LogBuffer, held: number): number | undefined {
    if (this.#hasSkipped) return undefined;
    const missing = this.missing(buffer);
    if (missing.some(({ lines }) => lines === undefined)) return undefined;
    return missing.reduce((sum, { lines = 0 }) => sum + lines, held);
  }
}
