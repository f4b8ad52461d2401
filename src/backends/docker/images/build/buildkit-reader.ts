import type { BuildMessage } from '../../api/engine-images.ts';
import { type BuildReader, type BuildStep, LastLines } from './build-progress.ts';
import { readTrace, type Vertex } from './buildkit-trace.ts';

/** The name of an instruction's step: `[2/3] RUN make`, `[stage-1 2/3] RUN make`. */
const stepName = /^\[(?:\S+ +)?(\d+\/\d+)\] (.+)$/s;

/** Reads the traces of BuildKit, whose steps run side by side. */
export class BuildKitReader implements BuildReader {
  /** By digest, in the order in which they were named. */
  readonly #vertices = new Map<string, Vertex>();
  readonly #output = new Map<string, LastLines>();
  /** The digest of the step that began last, or failed. */
  #current: string | undefined;

  read({ id, aux }: BuildMessage): void {
    if (id !== 'moby.buildkit.trace' || typeof aux !== 'string') return;
    const { vertices, logs } = readTrace(Buffer.from(aux, 'base64'));
    for (const vertex of vertices) {
      const before = this.#vertices.get(vertex.digest);
      this.#vertices.set(vertex.digest, vertex);
      const begins = vertex.hasStarted && !vertex.hasCompleted && before?.hasStarted !== true;
      // Steps beside the one that fails are cancelled, which is no reason.
      if (begins || (vertex.error !== '' && !/context canceled$/.test(vertex.error))) this.#current = vertex.digest;
    }
    for (const { vertex, text } of logs) {
      const lines = this.#output.get(vertex) ?? new LastLines();
      this.#output.set(vertex, lines);
      lines.push(text.toString('utf8'));
    }
  }

  progress() {
    const steps = [...this.#vertices.values()].filter(({ name }) => stepName.test(name));
    const current = this.#vertices.get(this.#current ?? '');
    if (current === undefined) return undefined;
    const detail = parts(current.name).command;
    if (steps.length === 0) return { detail };
    return { done: steps.filter(({ hasCompleted }) => hasCompleted).length, total: steps.length, detail };
  }

  step(): BuildStep | undefined {
    const current = this.#vertices.get(this.#current ?? '');
    if (current === undefined) return undefined;
    return { ...parts(current.name), output: this.#output.get(current.digest)?.lines() ?? [] };
  }
}

function parts(name: string): Pick<BuildStep, 'number' | 'command'> {
  const [, number, command] = stepName.exec(name) ?? [];
  return { number, command: command ?? name.replace(/^\[internal\] /, '') };
}
