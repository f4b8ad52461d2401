import { symphonyPaths } from '../../../engine/files/paths.ts';
import { shortHash } from '../../../engine/text/short-hash.ts';
import { machineIdentity } from '../../kit/host/machine-identity.ts';
import type { Owner } from './prepare-launch.ts';

/** Whose containers this program runs: those of a machine, with its folder of state. */
export function ownOwner(): Owner {
  const { machine, host } = machineIdentity();
  return { owner: shortHash(`${machine} ${symphonyPaths().state}`).slice(0, 16), host };
}
