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

/** Paths of everything stored for one experiment. */
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
  /** Pids and exit statuses of runs. This folder is watched, so no other files are written to it. */
  get runs(): string {
    return join(this.path, 'runs');
  }
  get launchFiles(): string {
    return join(this.path, 'launch');
  }
  get environmentFile(): string {
    return join(this.launchFiles, 'environment');
  }
  get logs(): string {
    return join(this.path, 'logs');
  }
  launchFile(key: string): string {
    return join(this.launchFiles, `${key}.launch`);
  }
  /** The common prefix of the files of a run. */
  run(key: string, run: number): string {
    return join(this.runs, `${key}.${run}`);
  }
  log(key: string): string {
    return join(this.logs, `${key}.log`);
  }
  secrets(key: string): string {
    return join(this.path, 'secrets', key);
  }
}
