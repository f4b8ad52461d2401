import { EventEmitter, on, once } from 'node:events';
import { access } from 'node:fs/promises';
import {
  type Backend,
  type Capabilities,
  type DeleteOptions,
  type DeleteResult,
  type ExperimentSnapshot,
  experimentExists,
  type LaunchOptions,
  type LogOptions,
  noExperiment,
  type ProcessReference,
  type ResolvedExperiment,
  SymphonyError,
  throwIfAborted,
  type WatchEvent,
  type WatchOptions,
} from '@symphony-run/symphony/engine';
import { PlainExperiment } from './plain-experiment.ts';
import { planLaunch } from './plan.ts';
import { holdPorts } from './ports.ts';

/** The experiments of this program, oldest first; undefined for one that is being launched. */
const experiments = new Map<string, PlainExperiment | undefined>();
const changes = new EventEmitter<{ event: [WatchEvent] }>().setMaxListeners(0);
const longestTimer = 2 ** 31 - 1;

process.once('exit', () => {
  for (const experiment of experiments.values()) experiment?.kill();
});

/** @see plainDefinition */
export class PlainBackend implements Backend {
  readonly name = 'plain';
  readonly history = 'on-ended';
  readonly capabilities: Capabilities = {
    stop: {
      yieldsToKill: true,
      stop: async (name, references, { onProgress } = {}) => {
        const experiment = find(name);
        const processes = references.map((reference) => experiment.process(reference));
        const left = await experiment.stop(processes, 'stopped on request', onProgress);
        if (left.length > 0) throw new SymphonyError('failed', `These could not be ended: ${left.join(', ')}.`);
      },
    },
  };
  /** The program goes on while a backend is open. */
  readonly #alive = setInterval(() => {}, longestTimer);

  plan(experiment: ResolvedExperiment) {
    return planLaunch(experiment);
  }

  async launch(
    resolved: ResolvedExperiment,
    { force, signal, onProgress, onEnded }: LaunchOptions,
  ): Promise<ExperimentSnapshot> {
    const { name } = resolved;
    if (force && experiments.get(name) !== undefined) {
      await requireFiles(resolved);
      await this.delete(name, { ...(onEnded && { onEnded }) });
    }
    if (experiments.has(name)) throw experimentExists(name);
    experiments.set(name, undefined);
    try {
      const experiment = await prepare(resolved);
      onProgress?.({ message: `Launching ${name}`, total: resolved.processes.length });
      if (signal?.aborted) await experiment.discard();
      throwIfAborted(signal);
      experiments.set(name, experiment);
      experiment.start();
      announce(experiment);
      return experiment.snapshot();
    } catch (error) {
      experiments.delete(name);
      throw error;
    }
  }

  async delete(name: string, { signal, onProgress, kill, onEnded }: DeleteOptions = {}): Promise<DeleteResult> {
    const experiment = find(name);
    const deletion = experiment.end(onProgress, onEnded).then((leftovers) => {
      if (leftovers.length === 0 && experiments.get(name) === experiment) {
        experiments.delete(name);
        changes.emit('event', { type: 'deleted', name });
      }
      return { name, leftovers };
    });
    if (kill) experiment.kill();
    return untilAborted(deletion, signal);
  }

  async listExperiments() {
    return launched().map((experiment) => experiment.status());
  }

  async listProcesses(name: string) {
    return find(name).snapshot().processes;
  }

  async describeExperiment(name: string) {
    return find(name).description();
  }

  async spec(name: string) {
    return find(name).resolved.spec;
  }

  async *watch({ signal, experiment: only }: WatchOptions): AsyncGenerator<WatchEvent> {
    if (signal?.aborted) return;
    const events = on(changes, 'event', signal === undefined ? {} : { signal });
    const isWatched = (name: string) => only === undefined || name === only;
    try {
      const snapshots = launched().map((experiment) => experiment.snapshot());
      yield { type: 'snapshot', experiments: snapshots.filter(({ experiment }) => isWatched(experiment.name)) };
      for await (const [event] of events as AsyncIterable<[WatchEvent]>) {
        if (event.type === 'changed' && isWatched(event.experiment.name)) yield event;
        if (event.type === 'deleted' && isWatched(event.name)) yield event;
      }
    } catch (error) {
      if (!signal?.aborted) throw error;
    } finally {
      await events.return?.();
    }
  }

  async *logBatches(name: string, processes: readonly ProcessReference[], options: LogOptions) {
    yield* find(name).logBatches(processes, options);
  }

  async close(): Promise<void> {
    clearInterval(this.#alive);
  }
}

/** A launch that cannot have its files must not end the experiment that it replaces. */
async function requireFiles({ processes }: ResolvedExperiment): Promise<void> {
  await Promise.all(processes.flatMap(({ secrets }) => secrets.map((path) => access(path))));
}

async function prepare(resolved: ResolvedExperiment): Promise<PlainExperiment> {
  const ports = await holdPorts(resolved);
  const experiment = new PlainExperiment(resolved, ports);
  try {
    await experiment.prepare();
    return experiment;
  } catch (error) {
    await experiment.discard();
    throw error;
  }
}

/** Reports an experiment with all its processes, and from then on each change. */
function announce(experiment: PlainExperiment): void {
  const { experiment: status, processes } = experiment.snapshot();
  changes.emit('event', { type: 'changed', experiment: status, processes, replaced: true });
  experiment.on('change', (changed) => {
    const processes = changed === undefined ? [] : [changed.status()];
    changes.emit('event', { type: 'changed', experiment: experiment.status(), processes });
  });
}

function launched(): PlainExperiment[] {
  return [...experiments.values()].filter((experiment) => experiment !== undefined);
}

/** @throws SymphonyError `not-found` */
function find(name: string): PlainExperiment {
  const found = experiments.get(name);
  if (found !== undefined) return found;
  throw noExperiment(
    name,
    launched().map(({ resolved }) => resolved.name),
  );
}

/** Rejects once the signal is aborted; the work goes on. */
async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work;
  throwIfAborted(signal);
  const settled = new AbortController();
  const aborted = once(signal, 'abort', { signal: settled.signal }).then(() => throwIfAborted(signal));
  try {
    return (await Promise.race([work, aborted])) as Result;
  } finally {
    settled.abort();
  }
}
