import { setTimeout as delay } from 'node:timers/promises';
import type { ScaleResult } from '../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import { isAlive } from '../../../engine/contract/status.ts';
import {
  formatReplicaChanges,
  nothingScaled,
  replicaDifference,
  scaleResult,
} from '../../../engine/rules/scale-result.ts';
import { resolveExperiment } from '../../../engine/spec/resolve/resolve-experiment.ts';
import type { ResolvedService } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { type ReplicaCounts, scaleSpec } from '../../../engine/spec/scale-spec.ts';
import { assignPorts, retainPorts } from '../../kit/ports/port-registry.ts';
import type { ManagedExperiment } from '../experiment/managed-experiment.ts';
import { type ExperimentRecord, type Scaling, writeRecord } from '../records/experiment-record.ts';
import { storageError } from '../records/storage-error.ts';
import type { Runner } from '../runs/runner.ts';
import { assignServices } from './assign-services.ts';
import { slotKey } from './experiment-slots.ts';
import { manageExperiment, type SupervisorParts } from './supervisor-parts.ts';

const pauseMilliseconds = 20;

/**
 * Changes the numbers of replicas of experiments. The new numbers are put on record before anything is done, and replace
 * the old ones in one step: after a crash in between the next supervisor goes on from there. Then the supervision of the
 * experiment is made anew, and takes over the processes that stay, as the next supervisor would.
 */
export class Scalings {
  readonly #parts: SupervisorParts;
  /** The last change of each experiment, by slot: the next one begins after it. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  /**
   * @param find the experiment as it then is
   * @param signal undoes the change, until the new numbers have replaced the old ones
   */
  scale(
    find: () => Promise<ManagedExperiment>,
    { backend, name, counts, by }: { backend: string; name: string; counts: ReplicaCounts; by?: string | undefined },
    signal: AbortSignal,
  ): Promise<ScaleResult> {
    return this.#inTurn(slotKey(backend, name), async () => {
      const experiment = await find();
      const { spec, changes } = scaleSpec(experiment.record.spec, counts);
      if (changes.length === 0) return nothingScaled;
      experiment.requireScalable();
      const scaling = await this.#assignPorts(experiment, spec);
      try {
        throwIfAborted(signal);
        const record = { ...experiment.record, ...scaling };
        const changed = { folder: experiment.folder.path, record, resolved: resolveExperiment(spec) };
        await this.#runner(record).checkUpdate?.(changed);
        experiment.noteScaling(formatReplicaChanges(changes), by);
        await writeRecord(experiment.folder, { ...experiment.record, scaling });
        return { ...(await this.#carryOut(experiment, scaling, signal)), changes };
      } catch (error) {
        await this.#undo(experiment);
        throw storageError(error, 'Nothing was scaled.');
      }
    });
  }

  /** Finishes a change that an earlier supervisor had begun. Never rejects. */
  async finish(experiment: ManagedExperiment): Promise<void> {
    const { scaling, backend, name } = experiment.record;
    if (scaling === undefined) return;
    await this.#inTurn(slotKey(backend, name), () => this.#carryOut(experiment, scaling, never)).catch(
      async (error: unknown) => {
        await this.#undo(experiment);
        experiment.noteProblem(error);
      },
    );
  }

  #inTurn<Result>(key: string, action: () => Promise<Result>): Promise<Result> {
    const result = (this.#last.get(key) ?? Promise.resolve()).then(action);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, settled);
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    });
    return result;
  }

  /** Services that stay keep their ports. */
  async #assignPorts({ record, folder }: ManagedExperiment, spec: ExperimentRecord['spec']): Promise<Scaling> {
    const resolved = resolveExperiment(spec);
    const { services: declared, portRange: range } = resolved;
    const wanted = new Set(declared.map(({ name }) => name));
    const staying = record.services.filter(({ name }) => wanted.has(name));
    const known = new Map(staying.map(({ name, port }) => [name, port]));
    const holder = { experiment: record.name, folder: folder.path };
    const hostsOf = (service: ResolvedService) => this.#runner(record).addressOf(service, record.options ?? {});
    const services = await assignServices({ services: declared, range, hostsOf, known }, (here, reserved) =>
      assignPorts(holder, here, range, reserved),
    );
    return { spec, services };
  }

  async #carryOut(before: ManagedExperiment, scaling: Scaling, signal: AbortSignal): Promise<ScaleResult> {
    const { scaling: _, ...old } = before.record;
    const record: ExperimentRecord = { ...old, ...scaling };
    const resolved = resolveExperiment(record.spec);
    const { added, removed } = replicaDifference(before.resolved, resolved);
    await before.retire(removed.map(processKey));
    const launch = { folder: before.folder.path, record, resolved };
    await this.#runner(record).update(launch, added.map(processKey));
    await untilAtRest(before, signal);
    await writeRecord(before.folder, record);
    await untilAtRest(before, never);
    const result = scaleResult([], before.resolved, resolved, runningKeys(before));
    const after = this.#replace(before, record);
    await retainPorts(
      before.folder.path,
      record.services.map(({ port }) => port),
    );
    await after.save();
    await after.startPending();
    return result;
  }

  /** Nothing is awaited here: no call may come between the old supervision and the new one. */
  #replace(before: ManagedExperiment, record: ExperimentRecord): ManagedExperiment {
    const { slots, watchers } = this.#parts;
    const after = manageExperiment(this.#parts, record, before.folder.path, this.#runner(record), before.handOver());
    before.succeedBy(after);
    slots.set(slotKey(record.backend, record.name), after);
    after.adopt({ afterReboot: false });
    watchers.notify(record.backend, { type: 'changed', ...after.snapshot(), replaced: true });
    return after;
  }

  /** Goes back to the numbers before. Processes that were ended by then stay ended. */
  async #undo(experiment: ManagedExperiment): Promise<void> {
    if (experiment.isSucceeded || experiment.isDeleting) return;
    const { scaling: _, ...record } = experiment.record;
    const launch = { folder: experiment.folder.path, record, resolved: experiment.resolved };
    experiment.unretire();
    await writeRecord(experiment.folder, record).catch(() => undefined);
    await this.#runner(record)
      .update(launch, [])
      .catch(() => undefined);
    const ports = record.services.map(({ port }) => port);
    await retainPorts(experiment.folder.path, ports).catch(() => undefined);
  }

  #runner({ backend }: ExperimentRecord): Runner {
    return this.#parts.runners[backend] as Runner;
  }
}

const never = new AbortController().signal;

/** Waits until no step of the experiment is under way, so that its supervision can be made anew. */
async function untilAtRest(experiment: ManagedExperiment, signal: AbortSignal): Promise<void> {
  for (;;) {
    throwIfAborted(signal);
    if (experiment.isDeleting)
      throw new SymphonyError('conflict', `Experiment ${experiment.record.name} is being deleted.`);
    if (experiment.isAtRest) return;
    await delay(pauseMilliseconds);
  }
}

function runningKeys(experiment: ManagedExperiment): ReadonlySet<string> {
  const running = experiment.snapshot().processes.filter(({ state }) => isAlive(state));
  return new Set(running.map(processKey));
}
