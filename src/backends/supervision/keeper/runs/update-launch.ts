import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SymphonyError } from '../../../../engine/contract/errors.ts';
import { advise } from '../../../../engine/text/advice.ts';
import { type LaunchingShell, withSiblingSecrets } from '../../runs/launching-shell.ts';
import type { PreparedLaunch } from '../../runs/runner.ts';
import type { KeeperFiles } from './keeper-files.ts';
import { writeLaunchFiles } from './prepare-launch.ts';
import { parseRunFileName } from './run-files.ts';

/**
 * Writes the launch files of all processes anew, from what the launching shell gave at launch.
 * @param added keys of new processes
 */
export async function updateLaunchFiles(
  files: KeeperFiles,
  launch: Omit<PreparedLaunch, 'shell'>,
  added: readonly string[],
): Promise<void> {
  const shell = await readShell(files, launch.record.name);
  await writeLaunchFiles(files, { ...launch, shell: withSiblingSecrets(shell, launch.resolved) });
  // What a process of that name has left that was removed before, except its log.
  for (const name of await readdir(files.runs)) {
    if (added.includes(parseRunFileName(name)?.key ?? '')) await rm(join(files.runs, name), { force: true });
  }
}

async function readShell(files: KeeperFiles, experiment: string): Promise<LaunchingShell> {
  try {
    return JSON.parse(await readFile(files.shellFile, 'utf8')) as LaunchingShell;
  } catch (error) {
    const message = `Experiment ${experiment} cannot be scaled: what its launching shell gave is not known.`;
    const hint = advise(
      (say) => `An older version of Symphony launched it: launch it again with ${say.option('force')}.`,
    );
    throw new SymphonyError('conflict', message, { hint, cause: error });
  }
}
