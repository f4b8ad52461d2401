import { join } from 'node:path';

/** Paths of what the runner keeps in the folder of an experiment, readable by its owner only. */
export class DockerFiles {
  readonly #folder: string;

  /** @param folder of the experiment */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get launchFiles(): string {
    return join(this.#folder, 'launch');
  }
  /** What the launching shell gave, for processes that are added later. */
  get shellFile(): string {
    return join(this.launchFiles, 'shell.json');
  }
  /** A copy of what finds the launch on its engine, for when its record cannot be used. */
  get tracesFile(): string {
    return join(this.launchFiles, 'launch.traces');
  }
  /** The call that creates the containers of a process. It holds the values of secret variables. */
  callFile(key: string): string {
    return join(this.launchFiles, `${key}.json`);
  }
  /** A tar archive of what is copied into each container of a process before it starts; absent if there is nothing. */
  archiveFile(key: string): string {
    return join(this.launchFiles, `${key}.tar`);
  }
  /** The calls that create what the processes of a group share. */
  holderFile(group: string): string {
    return join(this.launchFiles, `${group}.group`);
  }
  /** What the secret files of the experiment are created from: volumes and the container that holds them. */
  get secretsFile(): string {
    return join(this.launchFiles, 'secrets.calls');
  }
  /** A tar archive of the secret files of one volume. */
  secretsArchive(index: number): string {
    return join(this.launchFiles, `secrets-${index}.archive`);
  }
  /** One empty file for each run that was begun, so that runs are known when the state file is lost. */
  get runs(): string {
    return join(this.#folder, 'runs');
  }
  runFile(key: string, run: number): string {
    return join(this.runs, `${key}.${run}`);
  }
}
