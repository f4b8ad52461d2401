import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { parseRunFileName, type RunFileName } from './run-files.ts';

/** Tells of the files that runs write, as they appear. Watching costs nothing while nothing happens. */
export class RunWatcher {
  readonly #folder: string;
  readonly #onFile: (file: RunFileName) => void;
  #watcher: FSWatcher | undefined;

  constructor(folder: string, onFile: (file: RunFileName) => void) {
    this.#folder = folder;
    this.#onFile = onFile;
    try {
      this.#watcher = watch(folder, (_, name) => {
        const file = name === null ? undefined : parseRunFileName(name);
        if (file !== undefined) onFile(file);
      });
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // No watches to be had (the system limits them): the scan from time to time has to do.
    }
  }

  /** Tells of every file that is there now: for what happened before, and for what a watch may have missed. */
  scan(): void {
    for (const name of listFolder(this.#folder)) {
      const file = parseRunFileName(name);
      if (file !== undefined) this.#onFile(file);
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}

export function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
