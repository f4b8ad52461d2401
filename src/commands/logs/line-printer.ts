import type { LogLine } from '../../engine/contract/logs.ts';
import type { CommandContext } from '../program/command.ts';
import type { LineFilter } from './line-filter.ts';

/** Prints lines as they arrive. */
export interface LinePrinter {
  print(batch: readonly LogLine[]): Promise<void>;
  /** Calls a function that writes something else, outside of what the printer draws anew. */
  aside(write: () => void): void;
  /** Ends what the printer does by itself. What is on a terminal stays there. */
  end(): Promise<void>;
}

export interface LineOutput extends Pick<CommandContext, 'write' | 'note'> {
  readonly render: (line: LogLine) => string;
  readonly filter: LineFilter | undefined;
  /** Whether Symphony's own messages are part of the output, and not of what a program reads. */
  readonly withMessages: boolean;
}

/** The number of characters that are collected before a write. */
const maxHeldCharacters = 1024 * 1024;

/** Collects the text of lines, and hands it on in large parts. */
export class LineText {
  readonly #output: LineOutput;
  readonly #write: (text: string) => Promise<void>;
  #text = '';

  constructor(output: LineOutput, write: (text: string) => Promise<void> = output.write) {
    this.#output = output;
    this.#write = write;
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  async add(line: LogLine): Promise<void> {
    const { render, note, withMessages } = this.#output;
    if (withMessages || line.kind === 'line' || line.kind === 'open') this.#text += `${render(line)}\n`;
    else note(render(line));
    if (this.#text.length >= maxHeldCharacters) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    await this.#write(text);
  }
}

/** Prints whole lines only. */
export class WholeLinePrinter implements LinePrinter {
  readonly #output: LineOutput;

  constructor(output: LineOutput) {
    this.#output = output;
  }

  async print(batch: readonly LogLine[]): Promise<void> {
    const { filter } = this.#output;
    const text = new LineText(this.#output);
    for (const line of batch) if (filter === undefined || filter(line)) await text.add(line);
    await text.flush();
  }

  aside(write: () => void): void {
    write();
  }

  async end(): Promise<void> {}
}
