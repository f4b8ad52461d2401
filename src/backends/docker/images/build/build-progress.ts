import { stripVTControlCharacters } from 'node:util';
import type { Progress } from '../../../../engine/contract/capabilities.ts';
import type { BuildMessage } from '../../api/engine-images.ts';

/** The step at which a build is, or was when it failed. */
export interface BuildStep {
  /** As in `2/5`; undefined where the builder says none. */
  readonly number: string | undefined;
  /** The instruction: `RUN make`. */
  readonly command: string;
  /** The last lines that it wrote. */
  readonly output: readonly string[];
}

/** Makes out, from what a builder says, how far it is. */
export interface BuildReader {
  read(message: BuildMessage): void;
  /** How far it is; undefined if that is not known yet. */
  progress(): Omit<Progress, 'message'> | undefined;
  /** The last step that began, or the one that failed where that is known; undefined if none did. */
  step(): BuildStep | undefined;
}

/** How many last lines of a step are kept. */
const keptLines = 15;
const keptCharacters = 500;

/** The last lines of a text that arrives in parts. */
export class LastLines {
  #lines: string[] = [];
  #open = '';

  push(text: string): void {
    const lines = (this.#open + text).split('\n');
    this.#open = (lines.pop() ?? '').slice(-keptCharacters);
    this.#lines = [...this.#lines, ...lines.map(shown).filter((line) => line !== '')].slice(-keptLines);
  }

  lines(): readonly string[] {
    const open = shown(this.#open);
    return open === '' ? this.#lines : [...this.#lines, open].slice(-keptLines);
  }
}

/** What a terminal shows of a line that returns to its beginning. */
function shown(line: string): string {
  return (stripVTControlCharacters(line).trimEnd().split('\r').at(-1) ?? '').slice(0, keptCharacters);
}
