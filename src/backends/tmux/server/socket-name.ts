import { userInfo } from 'node:os';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { symphonyPaths } from '../../../engine/files/paths.ts';
import { readSetting } from '../../../engine/settings/config.ts';
import { stateTag } from '../../kit/host/runtime-folder.ts';

/**
 * The socket name of the tmux server for new experiments: the given one, the one in the settings, or Symphony's own.
 */
export async function socketName(wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) return wanted;
  const setting = await readSetting('tmuxSocket');
  return setting === '' ? ownSocketName() : setting;
}

/** `symphony` for state in the user's default location; for other locations a tag is appended. */
export function ownSocketName(): string {
  const usual = symphonyPaths({ HOME: userInfo().homedir }).state;
  return symphonyPaths().state === usual ? 'symphony' : `symphony-${stateTag()}`;
}

/** @throws SymphonyError `usage` if this is not a valid socket name */
export function checkSocketName(name: unknown): string {
  if (typeof name === 'string' && /^[A-Za-z0-9_.-]+$/.test(name)) return name;
  throw new SymphonyError('usage', `The tmux backend's option socket is ${JSON.stringify(name)}.`, {
    hint: 'It must be the name of a socket, as in tmux -L: letters, digits, hyphens, underscores and dots.',
  });
}
