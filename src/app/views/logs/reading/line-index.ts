import type { BufferedLine, LogBuffer } from './log-buffer.ts';

export type LinePredicate = (line: BufferedLine) => boolean;

/**
 * The lines of a buffer that satisfy a condition. The index tests each line once. Positions count from 0, the oldest of these
 * lines.
 */
export class LineIndex {
  readonly #buffer: LogBuffer;
  readonly #predicate: LinePredicate | undefined;
  #sequences: number[] = [];
  /** How many entries at the head of `#sequences` belong to lines that were dropped. */
  #stale = 0;
  #seen = 0;

  /** @param predicate all lines, if absent */
  constructor(buffer: LogBuffer, predicate?: LinePredicate) {
    this.#buffer = buffer;
    this.#predicate = predicate;
  }

  get count(): number {
    if (this.#predicate === undefined) return this.#buffer.end - this.#buffer.first;
    this.#refresh();
    return this.#sequences.length - this.#stale;
  }

  /** The sequence number at a position. */
  sequenceAt(position: number): number | undefined {
    if (position < 0 || position >= this.count) return undefined;
    return this.#predicate === undefined ? this.#buffer.first + position : this.#sequences[this.#stale + position];
  }

  lineAt(position: number): BufferedLine | undefined {
    const sequence = this.sequenceAt(position);
    return sequence === undefined ? undefined : this.#buffer.at(sequence);
  }

  /** The position of the first line with this or a higher sequence number; `count` if there is none. */
  positionOf(sequence: number): number {
    const { count } = this;
    if (this.#predicate === undefined) return Math.max(0, Math.min(count, sequence - this.#buffer.first));
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sequences[this.#stale + middle] ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #refresh(): void {
    const buffer = this.#buffer;
    for (let sequence = Math.max(this.#seen, buffer.first); sequence < buffer.end; sequence++) {
      const line = buffer.at(sequence);
      if (line !== undefined && this.#predicate?.(line)) this.#sequences.push(sequence);
    }
    this.#seen = buffer.end;
    while (this.#stale < this.#sequences.length && (this.#sequences[this.#stale] ?? 0) < buffer.first) this.#stale += 1;
    if (this.#stale > 4096 && this.#stale * 2 > this.#sequences.length) {
      this.#sequences = this.#sequences.slice(this.#stale);
      this.#stale = 0;
    }
  }
}
