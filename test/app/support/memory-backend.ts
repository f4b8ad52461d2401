import type {
  Backend,
  DeleteResult,
  DeletionPreview,
  ExperimentDescription,
} from '../../../src/engine/contract/backend.ts';
import type { LogLine, LogOptions } from '../../../src/engine/contract/logs.ts';
import { type ProcessReference, sameProcess } from '../../../src/engine/contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../src/engine/contract/watch.ts';
import type { ExperimentSpec } from '../../../src/engine/spec/experiment-spec.ts';

/** A backend whose events a test determines, for moments at which a real one cannot be held. */
export class MemoryBackend implements Backend {
  readonly name = 'memory';
  readonly capabilities = {};
  readonly place?: string;
  /** The result of `previewDeletion`. */
  others: readonly string[] = [];
  readonly deleted: string[] = [];
  readonly #events: WatchEvent[];
  #wake = Promise.withResolvers<void>();
  logLines: readonly LogLine[] = [];

  constructor(snapshots: readonly ExperimentSnapshot[], place?: string) {
    if (place !== undefined) this.place = place;
    this.#events = [{ type: 'snapshot', experiments: snapshots }];
  }

  tell(event: WatchEvent): void {
    this.#events.push(event);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  async *watch({ signal }: { readonly signal?: AbortSignal } = {}): AsyncGenerator<WatchEvent> {
    const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
    for (let next = 0; ; ) {
      const event = this.#events[next];
      if (signal?.aborted) return;
      if (event === undefined) await Promise.race([this.#wake.promise, aborted]);
      else {
        next += 1;
        yield event;
      }
    }
  }

  async *logBatches(
    _experiment: string,
    processes: readonly ProcessReference[],
    { tail, onLeftOut }: LogOptions = {},
  ): AsyncGenerator<readonly LogLine[]> {
    for (const reference of processes) {
      const lines = this.logLines.filter((line) => sameProcess(line, reference));
      const left = tail === undefined ? 0 : Math.max(0, lines.length - tail);
      if (left > 0) onLeftOut?.({ ...reference, lines: left });
      yield lines.slice(left);
    }
  }

  async delete(name: string): Promise<DeleteResult> {
    this.deleted.push(name);
    this.tell({ type: 'deleted', name });
    return { name, leftovers: [] };
  }

  previewDeletion = async (): Promise<DeletionPreview> => ({ others: this.others, notes: [] });
  listExperiments = async () => [];
  listProcesses = async () => [];
  plan = (): never => this.#refuse();
  launch = (): never => this.#refuse();
  describeExperiment = async (): Promise<ExperimentDescription> => this.#refuse();
  spec = async (): Promise<ExperimentSpec> => this.#refuse();

  close = async () => {};

  #refuse(): never {
    throw new Error('This backend only reports events.');
  }
}
