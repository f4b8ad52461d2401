import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { countProcesses } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import type { Runner } from '../runs/runner.ts';
import type { ExperimentFolder } from './experiment-folder.ts';
import { readTraces } from './experiment-record.ts';
import { releaseHoldings } from './release-holdings.ts';

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
      hint: `Its files are in ${this.folder.path}. Delete it with: symphony delete ${this.name}.`,
    });
  }

  /**
   * Ends its processes, as far as its runner finds them, and removes its folder. Resolves with what could not be ended,
   * in words, in which case the folder stays.
   */
  async delete(runner: Runner): Promise<readonly string[]> {
    const leftovers = await runner.endDamaged(this.folder.path, readTraces(this.folder));
    if (leftovers.length > 0) return leftovers;
    await rm(this.folder.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    await releaseHoldings(this.folder.path);
    return [];
  }
}
