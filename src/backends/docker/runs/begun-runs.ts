import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FoundRun } from '../../supervision/records/state-file.ts';
import { DockerFiles } from '../launch/docker-files.ts';

/** Finds the newest run of each process that was begun, by the files that the runner has written. */
export function findBegunRuns(folder: string): ReadonlyMap<string, FoundRun> {
  const { runs } = new DockerFiles(folder);
  const newest = new Map<string, FoundRun>();
  for (const file of existsSync(runs) ? readdirSync(runs) : []) {
    const found = parseRunFile(file);
    if (found === undefined || (newest.get(found.key)?.run ?? 0) >= found.run) continue;
    const startedAt = statSync(join(runs, file), { throwIfNoEntry: false })?.mtime ?? new Date();
    newest.set(found.key, { run: found.run, startedAt });
  }
  return newest;
}

/** The run that a file of a begun run is named after. */
export function parseRunFile(name: string): { readonly key: string; readonly run: number } | undefined {
  const [, key, run] = /^(.+)\.(\d+)$/.exec(name) ?? [];
  return key === undefined ? undefined : { key, run: Number(run) };
}
