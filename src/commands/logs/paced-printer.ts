import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine } from '../../engine/contract/logs.ts';
import { formatProcess } from '../../engine/contract/status.ts';
import { lastState } from '../../engine/text/safe-text.ts';
import { type LineOutput, type LinePrinter, LineText } from './line-printer.ts';

/** The least time between two lines about the same open line. */
const intervalMilliseconds = 1000;

/**
 * Prints lines for a program. Of a line that carriage returns overwrite, it prints the newest state as a line of its own, at
 * most once a second for each process, and when the line ends its last one, unless that was printed.
 */
export class PacedPrinter implements LinePrinter {
  readonly #output: LineOutput;
  /** The newest state of each process that was not printed yet. */
  readonly #pending = new Map<string, LogLine>();
  /** The last state of the open line of each process that was printed, and when. */
  readonly #printed = new Map<string, { readonly at: number; readonly text: string }>();
  readonly #ending = new AbortController();
  #waiting: Promise<void> | undefined;

  constructor(output: LineOutput) {
    this.#output = output;
  }

  async print(batch: readonly LogLine[]): Promise<void> {
    const { filter } = this.#output;
    const text = new LineText(this.#output);
    for (const line of batch) {
      const key = formatProcess(line);
      this.#pending.delete(key);
      const isShown = filter === undefined || filter(line);
      if (line.kind === 'open') {
        if (isShown && isOverwritten(line)) this.#pending.set(key, line);
        continue;
      }
      const printed = this.#printed.get(key);
      this.#printed.delete(key);
      if (!isShown) continue;
      const shown = printed !== undefined && line.kind === 'line' ? newestState(line) : line;
      if (shown.text !== printed?.text) await text.add(shown);
    }
    await this.#addDue(text);
    await text.flush();
    if (this.#pending.size > 0) this.#waiting ??= this.#printLater();
  }

  aside(write: () => void): void {
    write();
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#waiting;
  }

  async #printLater(): Promise<void> {
    const { signal } = this.#ending;
    while (this.#pending.size > 0 && !signal.aborted) {
      const due = Math.min(...[...this.#pending.keys()].map((key) => this.#dueAt(key)));
      await delay(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      const text = new LineText(this.#output);
      await this.#addDue(text);
      await text.flush();
    }
    this.#waiting = undefined;
  }

  async #addDue(text: LineText): Promise<void> {
    const now = performance.now();
    for (const [key, line] of this.#pending) {
      if (this.#dueAt(key) > now) continue;
      this.#pending.delete(key);
      const state = newestState(line);
      this.#printed.set(key, { at: now, text: state.text });
      await text.add(state);
    }
  }

  #dueAt(key: string): number {
    return (this.#printed.get(key)?.at ?? Number.NEGATIVE_INFINITY) + intervalMilliseconds;
  }
}

function isOverwritten({ text }: LogLine): boolean {
  return text.startsWith('\r');
}

function newestState(line: LogLine): LogLine {
  return { ...line, text: lastState(line.text) };
}
