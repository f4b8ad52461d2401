import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseProcessKey } from '../../../../engine/contract/process-key.ts';
import type { LaunchTraces } from '../../records/experiment-record.ts';
import { listFolder } from '../../records/list-folder.ts';
import { describeLeftover, type EndTarget, endProcesses } from './end-processes.ts';
import { findKeeperRuns } from './find-keeper-runs.ts';
import { KeeperFiles } from './keeper-files.ts';
import { parseRunFileName, readRunPid } from './run-files.ts';
import { exitMilliseconds, findKeepers } from './silent-runs.ts';

const stopSeconds = 10;
const pauseMilliseconds = 50;

/**
 * Ends the processes of an experiment without a usable record, found by the files of its runs and by its mark. Resolves
 * with what could not be ended, in words.
 */
export async function endDamaged(folder: string, traces: Partial<LaunchTraces>): Promise<readonly string[]> {
  const files = new KeeperFiles(folder);
  const targets = endTargets(files, traces.launchId);
  const left = await endProcesses(targets);
  const leftovers = [...left.values()].flat().map(describeLeftover);
  if (leftovers.length > 0) return leftovers;
  await waitForKeepers([...findKeeperRuns(folder)].map(([key, { run }]) => files.run(key, run)));
  return [];
}

/** What is known of a launch by the files of its runs, too; undefined if its id is not. */
export function findTraces(folder: string, traces: Partial<LaunchTraces>): LaunchTraces | undefined {
  const targets = endTargets(new KeeperFiles(folder), traces.launchId);
  const launchId = traces.launchId ?? targets.find(({ mark }) => mark.launchId !== '')?.mark.launchId;
  return launchId === undefined ? undefined : { searchPath: '', ...traces, launchId };
}

/** A keeper that writes an exit status late would write it into the folder of a launch that replaces this one. */
async function waitForKeepers(runPaths: readonly string[]): Promise<void> {
  const deadline = performance.now() + exitMilliseconds;
  while (performance.now() < deadline && (await findKeepers(runPaths)).size > 0) await delay(pauseMilliseconds);
}

function endTargets(files: KeeperFiles, recordedId: string | undefined): EndTarget[] {
  return listFolder(files.runs).flatMap((fileName) => {
    const file = parseRunFileName(fileName);
    if (file?.kind !== 'pid') return [];
    const { group, name } = parseProcessKey(file.key);
    const found = readRunPid(join(files.runs, `${file.key}.${file.run}`));
    const launchId = readLaunchId(files.launchFile(file.key)) ?? recordedId ?? '';
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
