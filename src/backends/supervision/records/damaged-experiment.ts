import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { parseProcessKey } from '../../../engine/contract/process-key.ts';
import { countProcesses } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { releasePorts } from '../../kit/ports/port-registry.ts';
import { type EndTarget, endProcesses } from '../keeper/runs/end-processes.ts';
import { parseRunFileName, readRunPid } from '../keeper/runs/run-files.ts';
import type { ExperimentFolder } from './experiment-folder.ts';
import { type LaunchTraces, readTraces } from './experiment-record.ts';
import { listFolder } from './list-folder.ts';

const stopSeconds = 10;

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
   * Ends its processes, found by the files of its runs and by its mark, and removes its folder. Resolves with what
   * could not be ended, in words, in which case the folder stays.
   * @param removeTraces removes what its backend created for it
   */
  async delete(removeTraces: (launch: LaunchTraces) => Promise<void>): Promise<readonly string[]> {
    const targets = endTargets(this.folder);
    const left = await endProcesses(targets);
    const leftovers = [...left.values()]
      .flat()
      .map(({ pid, command, state }) => `${command} (pid ${pid}, state ${state})`);
    if (leftovers.length > 0) return leftovers;
    const launchId = targets.find(({ mark }) => mark.launchId !== '')?.mark.launchId;
    const traces = { ...(launchId === undefined ? {} : { launchId }), searchPath: '', ...readTraces(this.folder) };
    if (hasLaunchId(traces)) await removeTraces(traces);
    await rm(this.folder.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    await releasePorts(this.folder.path);
    return [];
  }
}

function hasLaunchId(traces: Omit<LaunchTraces, 'launchId'> & { readonly launchId?: string }): traces is LaunchTraces {
  return traces.launchId !== undefined;
}

function endTargets(folder: ExperimentFolder): EndTarget[] {
  const { launchId: recorded } = readTraces(folder);
  return listFolder(folder.runs).flatMap((fileName) => {
    const file = parseRunFileName(fileName);
    if (file?.kind !== 'pid') return [];
    const { group, name } = parseProcessKey(file.key);
    const found = readRunPid(join(folder.runs, `${file.key}.${file.run}`));
    const launchId = readLaunchId(folder.launchFile(file.key)) ?? recorded ?? '';
    const mark = { launchId, group: group ?? '', name };
    return [{ mark, pid: found?.pid, startTime: found?.startTime ?? '', signal: 'SIGTERM', timeout: stopSeconds }];
  });
}

/** Reads the launch id from the environment in a launch file. */
function readLaunchId(launchFile: string): string | undefined {
  try {
    return /^export SYMPH_ID='(\w+)'$/m.exec(readFileSync(launchFile, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
