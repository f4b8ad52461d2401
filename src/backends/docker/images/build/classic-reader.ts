import { stripVTControlCharacters } from 'node:util';
import type { BuildMessage } from '../../api/engine-images.ts';
import { type BuildReader, type BuildStep, LastLines } from './build-progress.ts';

/** What Docker's classic builder and Podman write before an instruction: `Step 2/5 : RUN make`, `[1/2] STEP 2/5: RUN make`. */
const stepLine = /^(?:\[\d+\/\d+\] )?step (\d+)\/(\d+) ?: (.+)$/i;

/** Reads the text of the classic builder and of Podman. */
export class ClassicReader implements BuildReader {
  #open = '';
  #step:
    | { readonly done: number; readonly total: number; readonly command: string; readonly output: LastLines }
    | undefined;
  #pulling: string | undefined;

  read({ stream, status, id }: BuildMessage): void {
    if (status !== undefined) this.#pulling = id === undefined ? status : `${status} ${id}`;
    if (stream === undefined) return;
    this.#pulling = undefined;
    const lines = (this.#open + stream).split('\n');
    this.#open = lines.pop() ?? '';
    for (const line of lines) this.#readLine(line);
  }

  progress() {
    if (this.#step === undefined) return this.#pulling === undefined ? undefined : { detail: this.#pulling };
    const { done, total, command } = this.#step;
    return { done, total, detail: this.#pulling ?? command };
  }

  step(): BuildStep | undefined {
    if (this.#open !== '') this.#readLine(this.#open);
    this.#open = '';
    if (this.#step === undefined) return undefined;
    const { done, total, command, output } = this.#step;
    return { number: `${done}/${total}`, command, output: output.lines() };
  }

  #readLine(written: string): void {
    const line = stripVTControlCharacters(written).trimEnd();
    const [, done, total, command] = stepLine.exec(line) ?? [];
    if (command !== undefined)
      this.#step = { done: Number(done), total: Number(total), command, output: new LastLines() };
    // The builder's own lines: containers and images that it makes on the way.
    else if (!/^ ---> |^Removing intermediate container |^--> /.test(line)) this.#step?.output.push(`${line}\n`);
  }
}
