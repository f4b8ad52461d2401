import type {
  Backend,
  DeleteResult,
  DeletionPreview,
  ExperimentDescription,
  LaunchOptions,
} from '../../../src/engine/contract/backend.ts';
import type { Capabilities } from '../../../src/engine/contract/capabilities.ts';
import { SymphonyError } from '../../../src/engine/contract/errors.ts';
import type { LogLine, LogOptions } from '../../../src/engine/contract/logs.ts';
import type { Plan } from '../../../src/engine/contract/plan.ts';
import { type ProcessReference, sameProcess } from '../../../src/engine/contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../src/engine/contract/watch.ts';
import type { ExperimentSpec } from '../../../src/engine/spec/experiment-spec.ts';
import type { ResolvedExperiment } from '../../../src/engine/spec/resolve/resolved-experiment.ts';
import { anExperiment } from './statuses.ts';

/** A backend whose events a test determines, for moments at which a real one cannot be held. */
export class MemoryBackend implements Backend {
  readonly name = 'memory';
  /** Nothing of these tests comes into a history. */
  readonly history = 'own';
  readonly capabilities: Capabilities;
  readonly place?: string;
  /** The result of `previewDeletion`. */
  others: readonly string[] = [];
  /** What a deletion cannot end. */
  leftovers: readonly string[] = [];
  /** The notes of plans. */
  planNotes: Plan['notes'] = [];
  /** The answers of `describeExperiment` and `spec`, by name. */
  readonly descriptions = new Map<string, ExperimentDescription>();
  readonly deleted: string[] = [];
  /** The names of launched experiments, with `replaced` for those that were forced. */
  readonly launched: string[] = [];
  readonly #events: WatchEvent[];
  #wake = Promise.withResolvers<void>();
  logLines: readonly LogLine[] = [];

  constructor(snapshots: readonly ExperimentSnapshot[], place?: string, capabilities: Capabilities = {}) {
    this.capabilities = capabilities;
    if (place !== undefined) this.place = place;
    this.#events = [{ type: 'snapshot', experiments: snapshots }];
  }

  tell(event: WatchEvent): void {
    this.#events.push(event);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  async *watch({ signal }: { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<WatchEvent> {
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
    if (this.leftovers.length === 0) this.tell({ type: 'deleted', name });
    return { name, leftovers: this.leftovers };
  }

  previewDeletion = async (): Promise<DeletionPreview> => ({ others: this.others, notes: [] });
  listExperiments = async () => [];
  listProcesses = async () => [];

  plan({ name }: ResolvedExperiment): Plan {
    return { backend: this.name, experiment: name, documents: [{ experiment: name }], notes: this.planNotes };
  }

  async launch({ name }: ResolvedExperiment, { force }: LaunchOptions): Promise<ExperimentSnapshot> {
    this.launched.push(force ? `${name} replaced` : name);
    const snapshot = anExperiment(name, []);
    this.tell({ type: 'changed', ...snapshot });
    return snapshot;
  }

  async describeExperiment(name: string): Promise<ExperimentDescription> {
    const description = this.descriptions.get(name);
    if (description === undefined) throw new SymphonyError('not-found', `Nothing is known about ${name}.`);
    return description;
  }

  spec = async (name: string): Promise<ExperimentSpec> => (await this.describeExperiment(name)).spec;

  close = async () => {};
}
