import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine } from '../../engine/contract/logs.ts';
import { formatProcess } from '../../engine/contract/status.ts';
import { type LineOutput, type LinePrinter, LineText } from './line-printer.ts';
import type { OpenRows } from './open-rows.ts';

/** The least time between two drawings of the open lines. */
const drawIntervalMilliseconds = 100;

/** Prints lines on a terminal, and below them the open line of each process, drawn anew as it changes. */
export class TerminalPrinter implements LinePrinter {
  readonly #output: LineOutput;
  readonly #rows: OpenRows;
  readonly #open = new Map<string, LogLine>();
  readonly #ending = new AbortController();
  /** Whether the rows on the screen are not the newest. */
  #isDirty = false;
  #drawing: Promise<void> | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(output: LineOutput, rows: OpenRows) {
    this.#output = output;
    this.#rows = rows;
  }

  async print(batch: readonly LogLine[]): Promise<void> {
    const { filter } = this.#output;
    const text = new LineText(this.#output, (lines) => this.#draw(lines));
    let hasChanged = false;
    for (const line of batch) {
      const key = formatProcess(line);
      const isShown = filter === undefined || filter(line);
      if (line.kind === 'open' && isShown) {
        this.#open.set(key, line);
        hasChanged = true;
        continue;
      }
      hasChanged = this.#open.delete(key) || hasChanged;
      if (line.kind !== 'open' && isShown) await text.add(line);
    }
    if (!text.isEmpty) return text.flush();
    this.#isDirty ||= hasChanged;
    if (this.#isDirty) this.#drawing ??= this.#drawLater();
  }

  aside(write: () => void): void {
    // A terminal takes output at once, so the order of the writes is that of the calls.
    void this.#output.write(this.#rows.erase());
    write();
    void this.#draw('');
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#drawing;
    await this.#output.write(this.#rows.end());
  }

  async #drawLater(): Promise<void> {
    while (this.#isDirty) {
      const pause = this.#drawnAt + drawIntervalMilliseconds - performance.now();
      await delay(Math.max(0, pause), undefined, { signal: this.#ending.signal }).catch(() => undefined);
      if (this.#isDirty) await this.#draw('');
    }
    this.#drawing = undefined;
  }

  #draw(lines: string): Promise<void> {
    this.#isDirty = false;
    this.#drawnAt = performance.now();
    const rows = [...this.#open.values()].map(this.#output.render);
    return this.#output.write(`${this.#rows.erase()}${lines}${this.#rows.draw(rows)}`);
  }
}
