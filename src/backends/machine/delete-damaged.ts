import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type EndTarget, endProcesses } from './end-processes.ts';
import { type ExperimentFolder, parseProcessKey } from './experiment-folder.ts';
import { releasePorts } from './port-registry.ts';
import { parseRunFileName, readRunPid } from './run-files.ts';
import { listFolder } from './run-watcher.ts';

const stopSeconds = 10;

/**
 * Ends and forgets an experiment whose record nobody can read any more: what it started is known from the files of its
 * runs, and by its mark. Gives what could not be ended, in words.
 */
export async function deleteDamaged(folder: ExperimentFolder): Promise<readonly string[]> {
  const left = await endProcesses(endTargets(folder));
  const leftovers = [...left.values()]
    .flat()
    .map(({ pid, command, state }) => `${command} (pid ${pid}, state ${state})`);
  if (leftovers.length > 0) return leftovers;
  await rm(folder.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  await releasePorts(folder.path);
  return [];
}

function endTargets(folder: ExperimentFolder): EndTarget[] {
  return listFolder(folder.runs).flatMap((name) => {
    const file = parseRunFileName(name);
    if (file?.kind !== 'pid') return [];
    const { group, name: process } = parseProcessKey(file.key);
    const found = readRunPid(join(folder.runs, `${file.key}.${file.run}`));
    const mark = { launchId: readLaunchId(folder.launchFile(file.key)) ?? '', group: group ?? '', name: process };
    return [{ mark, pid: found?.pid, startTime: found?.startTime ?? '', signal: 'SIGTERM', timeout: stopSeconds }];
  });
}

/** From the environment that a launch file gives its process. */
function readLaunchId(launchFile: string): string | undefined {
  try {
    return /^export SYMPH_ID='(\w+)'$/m.exec(readFileSync(launchFile, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
