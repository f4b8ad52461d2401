import { statSync } from 'node:fs';
import { listFolder } from '../../records/list-folder.ts';
import type { FoundRun } from '../../records/state-file.ts';
import { KeeperFiles } from './keeper-files.ts';
import { parseRunFileName } from './run-files.ts';

/** Finds the newest run of each process by the files that keepers have written. */
export function findKeeperRuns(folder: string): ReadonlyMap<string, FoundRun> {
  const files = new KeeperFiles(folder);
  const newest = new Map<string, number>();
  for (const name of listFolder(files.runs)) {
    const file = parseRunFileName(name);
    if (file !== undefined) newest.set(file.key, Math.max(newest.get(file.key) ?? 0, file.run));
  }
  return new Map([...newest].map(([key, run]) => [key, { run, startedAt: startOf(files.run(key, run)) }]));
}

/** A run writes its pid file when it starts. */
function startOf(runPath: string): Date {
  const pidFile = statSync(`${runPath}.pid`, { throwIfNoEntry: false });
  return pidFile?.mtime ?? new Date();
}
