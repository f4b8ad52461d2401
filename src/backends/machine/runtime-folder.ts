import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SymphonyError } from '../../engine/errors.ts';
import { symphonyPaths } from '../../engine/paths.ts';
import { shortHash } from '../../engine/short-hash.ts';

/**
 * The folder of sockets and other things that last as long as this machine runs, for this user alone. It is the same
 * whatever the shell's variables say, so that two shells never start two supervisors over the same state; and its path is
 * short, because a socket's path may have 107 bytes at most.
 * @throws SymphonyError `failed` if somebody else made it or others may enter it
 */
export function runtimeFolder(): string {
  const user = process.getuid?.() ?? 0;
  const path = `/tmp/symphony-${user}`;
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new SymphonyError('failed', `The folder ${path} cannot be made: ${(error as Error).message}.`, {
        cause: error,
      });
    }
  }
  const found = lstatSync(path);
  if (!found.isDirectory() || found.uid !== user || (found.mode & 0o077) !== 0) {
    throw new SymphonyError('failed', `The folder ${path} is not this user's alone, so nothing in it can be trusted.`, {
      hint: `Find out who made it (ls -ld ${path}), then remove it or run: chmod 700 ${path}`,
    });
  }
  return path;
}

/** Tells the state of one SYMPHONY_HOME from another's, in a few letters. */
export function stateTag(): string {
  return shortHash(symphonyPaths().state).slice(0, 10);
}

/** Where the supervisor of this state listens. */
export function supervisorSocket(): string {
  return join(runtimeFolder(), `${stateTag()}.sock`);
}
