import { join } from 'node:path';
import { symphonyPaths } from '../../../engine/files/paths.ts';
import { machineIdentity } from '../../kit/host/machine-identity.ts';

/**
 * The folder of all experiments of one backend on one machine. The machine is part of the path because home folders may
 * be shared over a network.
 */
export function backendFolder(backend: string, machine: string = machineIdentity().machine): string {
  return join(machinesFolder(), machine, backend);
}

export function machinesFolder(): string {
  return join(symphonyPaths().state, 'machines');
}

/** Paths of what the supervisor stores for one experiment. Its runner has further files in this folder. */
export class ExperimentFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get record(): string {
    return join(this.path, 'experiment.json');
  }
  /** A second copy, used if the first is damaged. */
  get recordCopy(): string {
    return join(this.path, 'experiment.copy.json');
  }
  get state(): string {
    return join(this.path, 'state.json');
  }
}
