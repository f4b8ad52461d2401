import { lstatSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { SymphonyError } from '../../engine/errors.ts';
import { symphonyPaths } from '../../engine/paths.ts';
import { shortHash } from '../../engine/short-hash.ts';
import { machineIdentity } from './machine-identity.ts';

/** A socket's path may have 107 bytes at most, and the longest name in the folder needs so many. */
const maxFolderBytes = 75;

/**
 * The folder of sockets and other things that last as long as this machine runs, for this user alone. It is the same
 * whatever the shell's variables say, so that two shells never start two supervisors over the same state; and its path is
 * short, because a socket's path is limited. Where another user has taken the first place, which anybody may do in /tmp,
 * the next one serves, and goes on to serve for as long as it is there.
 * @throws SymphonyError `failed` if none of the places is this user's alone, or can be made so
 */
export function runtimeFolder(): string {
  const user = process.getuid?.() ?? 0;
  const first = `/tmp/symphony-${user}`;
  // Nearly always this: nothing else needs to be found out.
  if (isOwn(first, user)) return first;
  const places = [first, ...otherPlaces(user)];
  const found = places.find((path) => isOwn(path, user)) ?? places.find((path) => make(path, user));
  if (found !== undefined) return found;
  throw new SymphonyError('failed', `No folder for sockets can be made that is this user's alone.`, {
    hint: `Tried: ${places.join(', ')}. Find out who made the first (ls -ld ${first}), then remove it or run: chmod 700 ${first}`,
  });
}

/** Places that other users cannot take. */
function otherPlaces(user: number): string[] {
  const places = [`/run/user/${user}/symphony`];
  try {
    places.push(join(userInfo().homedir, '.cache', 'symphony', `run-${machineIdentity().machine}`));
  } catch {
    // A user whom the system does not know has no home.
  }
  return places.filter((path) => Buffer.byteLength(path) <= maxFolderBytes);
}

function isOwn(path: string, user: number): boolean {
  try {
    const found = lstatSync(path);
    return found.isDirectory() && found.uid === user && (found.mode & 0o077) === 0;
  } catch {
    // It is not there, or not to be seen.
    return false;
  }
}

function make(path: string, user: number): boolean {
  try {
    // Only the last place is below folders that may have to be made first.
    mkdirSync(path, { mode: 0o700, recursive: path.includes('/.cache/') });
  } catch {
    // Another command may have made it at the same moment.
  }
  return isOwn(path, user);
}

/** Tells the state of one SYMPHONY_HOME from another's, in a few letters. */
export function stateTag(): string {
  return shortHash(symphonyPaths().state).slice(0, 10);
}

/** Where the supervisor of this state listens. */
export function supervisorSocket(): string {
  return join(runtimeFolder(), `${stateTag()}.sock`);
}
