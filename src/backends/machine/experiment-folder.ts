import { join } from 'node:path';
import { symphonyPaths } from '../../engine/paths.ts';
import type { ProcessReference } from '../../engine/status.ts';
import { machineIdentity } from './machine-identity.ts';

/** The folder of all experiments of one backend on one machine. Keyed by machine, for home folders shared over a network. */
export function backendFolder(backend: string, machine: string = machineIdentity().machine): string {
  return join(machinesFolder(), machine, backend);
}

export function machinesFolder(): string {
  return join(symphonyPaths().state, 'machines');
}

/** A process's part of file names: `group.name`, or `name`. No name holds a dot, so two processes never share one. */
export function processKey(reference: ProcessReference): string {
  return reference.group === null ? reference.name : `${reference.group}.${reference.name}`;
}

export function parseProcessKey(key: string): ProcessReference {
  const dot = key.indexOf('.');
  return dot < 0 ? { group: null, name: key } : { group: key.slice(0, dot), name: key.slice(dot + 1) };
}

/** Where everything of one experiment lies. */
export class ExperimentFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get record(): string {
    return join(this.path, 'experiment.json');
  }
  /** A second copy, for when the first is damaged. */
  get recordCopy(): string {
    return join(this.path, 'experiment.copy.json');
  }
  get state(): string {
    return join(this.path, 'state.json');
  }
  /** Pids and exits of runs: a folder of its own, because it is watched and nothing else may be busy in it. */
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
  /** What the files of a run begin with. */
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
