import { toSymphonyError } from '../../../engine/contract/errors.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { ManagedExperiment } from '../experiment/managed-experiment.ts';
import { DamagedExperiment } from '../records/damaged-experiment.ts';

/** A reserved name, so that of two simultaneous launches of one experiment only one succeeds. */
export interface PendingLaunch {
  /** Resolves when the launch is complete or undone. */
  readonly settled: Promise<void>;
  /** Aborts when the client disconnects: the launch is then undone. */
  readonly signal: AbortSignal;
}

export type KnownExperiment = ManagedExperiment | DamagedExperiment;
export type Slot = PendingLaunch | KnownExperiment;

/** The experiments of a supervisor, by backend and name. */
export class ExperimentSlots {
  readonly #slots = new Map<string, Slot>();

  get isBusy(): boolean {
    return [...this.#slots.values()].some((slot) => isLaunching(slot) || (isManaged(slot) && slot.isBusy));
  }

  get keys(): readonly string[] {
    return [...this.#slots.keys()];
  }

  get managed(): readonly ManagedExperiment[] {
    return [...this.#slots.values()].filter(isManaged);
  }

  get(key: string): Slot | undefined {
    return this.#slots.get(key);
  }

  set(key: string, slot: Slot): void {
    this.#slots.set(key, slot);
  }

  delete(key: string): void {
    this.#slots.delete(key);
  }

  /**
   * Snapshots of all launched experiments. One whose snapshot cannot be made is listed as damaged, with the reason, and
   * does not hide the others.
   */
  snapshots(backend: string): ExperimentSnapshot[] {
    return [...this.#slots.values()].flatMap((slot) => {
      if (isLaunching(slot) || placeOf(slot).backend !== backend) return [];
      try {
        return [slot.snapshot()];
      } catch (error) {
        const problem = `its state cannot be used (${toSymphonyError(error).message})`;
        return [new DamagedExperiment(placeOf(slot), slot.folder, problem).snapshot()];
      }
    });
  }
}

export function isLaunching(slot: Slot | undefined): slot is PendingLaunch {
  return slot !== undefined && 'settled' in slot;
}

export function isManaged(slot: Slot): slot is ManagedExperiment {
  return slot instanceof ManagedExperiment;
}

export function slotKey(backend: string, name: string): string {
  return `${backend}/${name}`;
}

export function placeOf(experiment: KnownExperiment): { readonly backend: string; readonly name: string } {
  return isManaged(experiment) ? experiment.record : experiment;
}
