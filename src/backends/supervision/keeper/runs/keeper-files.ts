import { join } from 'node:path';
import { listFolder } from '../../records/list-folder.ts';

/** Paths of what keepers read and write in the folder of an experiment. */
export class KeeperFiles {
  readonly #folder: string;

  /** @param folder of the experiment */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Pids and exit statuses of runs. This folder is watched, so no other files are written to it. */
  get runs(): string {
    return join(this.#folder, 'runs');
  }
  get launchFiles(): string {
    return join(this.#folder, 'launch');
  }
  /** What the launching shell gave, for processes that are added later. */
  get shellFile(): string {
    return join(this.launchFiles, 'shell.json');
  }
  get environmentFile(): string {
    return join(this.launchFiles, 'environment');
  }
  get logs(): string {
    return join(this.#folder, 'logs');
  }
  launchFile(key: string): string {
    return join(this.launchFiles, `${key}.launch`);
  }
  /** Exports of the variables that name the GPUs of the newest run. */
  gpuFile(key: string): string {
    return join(this.launchFiles, `${key}.gpus`);
  }
  /** Where the current run of a process writes down how far its preamble is. */
  preambleProgress(key: string): string {
    return join(this.launchFiles, `${key}.preamble`);
  }
  /** The common prefix of the files of a run. */
  run(key: string, run: number): string {
    return join(this.runs, `${key}.${run}`);
  }
  log(key: string): string {
    return join(this.logs, `${key}.log`);
  }
  /** The keys of all processes that have a log, those included that the experiment no longer has. */
  loggedKeys(): readonly string[] {
    const names = listFolder(this.logs).filter((name) => name.endsWith('.log'));
    return names.map((name) => name.slice(0, -'.log'.length));
  }
  secrets(key: string): string {
    return join(this.#folder, 'secrets', key);
  }
}
