import { lstatSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { symphonyPaths } from '../../../engine/files/paths.ts';
import { shortHash } from '../../../engine/text/short-hash.ts';
import { machineIdentity } from './machine-identity.ts';

/** A socket path may have at most 107 bytes, and the longest name in the folder needs the rest. */
const maxFolderBytes = 75;

/**
 * The folder for sockets and other files that last until this machine restarts, accessible to this user only. Its path
 * does not depend on variables of the shell, so that two shells never start two supervisors for the same state, and it
 * is short because socket paths are limited. /tmp is open to all users, so another user may already own the first path;
 * then the next path is used, for as long as it exists.
 * @throws SymphonyError `failed` if none of the paths is accessible to this user only, or can be made so
 */
export function runtimeFolder(): string {
  const user = process.getuid?.() ?? 0;
  const first = `/tmp/symphony-${user}`;
  // The common case, which needs no further lookups.
  if (isOwn(first, user)) return first;
  const places = [first, ...otherPlaces(user)];
  const found = places.find((path) => isOwn(path, user)) ?? places.find((path) => make(path, user));
  if (found !== undefined) return found;
  throw new SymphonyError('failed', 'Symphony cannot create a folder for sockets that only this user can access.', {
    hint: `Tried: ${places.join(', ')}. Check the owner of the first (ls -ld ${first}), then remove it or run: chmod 700 ${first}`,
  });
}

/** Fallback paths that other users cannot create. */
function otherPlaces(user: number): string[] {
  const places = [`/run/user/${user}/symphony`];
  try {
    places.push(join(userInfo().homedir, '.cache', 'symphony', `run-${machineIdentity().machine}`));
  } catch {
    // A user without an account entry has no home folder.
  }
  return places.filter((path) => Buffer.byteLength(path) <= maxFolderBytes);
}

function isOwn(path: string, user: number): boolean {
  try {
    const found = lstatSync(path);
    return found.isDirectory() && found.uid === user && (found.mode & 0o077) === 0;
  } catch {
    // The path does not exist or is not accessible.
    return false;
  }
}

function make(path: string, user: number): boolean {
  try {
    // Only the last path has parent folders that may have to be created.
    mkdirSync(path, { mode: 0o700, recursive: path.includes('/.cache/') });
  } catch {
    // Another command may have created it at the same moment.
  }
  return isOwn(path, user);
}

/** A short tag that distinguishes the state of one SYMPHONY_HOME from another's. */
export function stateTag(): string {
  return shortHash(symphonyPaths().state).slice(0, 10);
}

/** Path of the socket of this state's supervisor. */
export function supervisorSocket(): string {
  return join(runtimeFolder(), `${stateTag()}.sock`);
}
