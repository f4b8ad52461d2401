import { statSync } from 'node:fs';
import { messageOf, SymphonyError } from '../../../engine/contract/errors.ts';
import { countProcesses } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import type { Departure } from '../../../engine/history/history-entry.ts';
import { advise } from '../../../engine/text/advice.ts';
import { readEvents } from '../events/event-files.ts';
import type { LogKeeping, Runner } from '../runs/runner.ts';
import type { ExperimentFolder } from './experiment-folder.ts';
import { readRemains, readTraces } from './experiment-record.ts';
import { type Keeping, keepHistory } from './keep-history.ts';
import { releaseHoldings } from './release-holdings.ts';
import { removeExperimentFolder } from './remove-folder.ts';

/**
 * An experiment that cannot be supervised, because its record is unusable or its adoption failed. It is listed with the
 * reason, and can be deleted.
 */
export class DamagedExperiment {
  readonly backend: string;
  readonly name: string;
  readonly folder: ExperimentFolder;
  /** The problem, in words. */
  readonly problem: string;

  constructor(place: { readonly backend: string; readonly name: string }, folder: ExperimentFolder, problem: string) {
    this.backend = place.backend;
    this.name = place.name;
    this.folder = folder;
    this.problem = problem;
  }

  /** A snapshot without processes, because they are unknown. */
  snapshot(): ExperimentSnapshot {
    const createdAt = statSync(this.folder.path, { throwIfNoEntry: false })?.birthtime ?? new Date();
    return {
      experiment: {
        name: this.name,
        backend: this.backend,
        state: 'degraded',
        reason: `it is not supervised: ${this.problem}; its files are in ${this.folder.path}`,
        createdAt: createdAt.toISOString(),
        processes: countProcesses([]),
        services: [],
      },
      processes: [],
    };
  }

  /** The error of a command that needs more than the experiment's name. */
  error(): SymphonyError {
    return new SymphonyError('failed', `Experiment ${this.name} is not supervised: ${this.problem}.`, {
      hint: advise((say) => `Its files are in ${this.folder.path}. Delete it with: ${say.act('delete', this.name)}.`),
    });
  }

  /**
   * Ends its processes, as far as its runner finds them, copies what is readable into the history, and removes its
   * folder; if something could not be ended, the folder stays.
   */
  async delete(
    runner: Runner,
    deletion: Keeping & { readonly how: Departure },
  ): Promise<{ readonly leftovers: readonly string[]; readonly notes: readonly string[] }> {
    const { launchId, ...readable } = readRemains(this.folder);
    const traces = readTraces(this.folder);
    const leftovers = await runner.endDamaged(this.folder.path, traces);
    if (leftovers.length > 0) return { leftovers, notes: [] };
    const describe = () => ({
      experiment: this.name,
      backend: this.backend,
      launchId,
      ...readable,
      events: readEvents(this.folder.path),
      how: deletion.how,
      reason: this.problem,
    });
    const keepLogs = (keeping: LogKeeping) =>
      runner.keepDamagedLogs?.(this.folder.path, traces, keeping) ?? Promise.resolve([]);
    const kept = await keepHistory(describe, keepLogs, deletion);
    let notes = kept;
    try {
      notes = [...kept, ...(await runner.removeDamaged(this.folder.path, traces))];
    } catch (error) {
      return { leftovers: [messageOf(error)], notes };
    }
    await removeExperimentFolder(this.folder.path);
    await releaseHoldings(this.folder.path);
    return { leftovers, notes };
  }
}
