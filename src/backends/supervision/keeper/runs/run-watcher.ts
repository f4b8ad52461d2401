import { type FSWatcher, watch } from 'node:fs';
import { listFolder } from '../../records/list-folder.ts';
import { parseRunFileName, type RunFileName } from './run-files.ts';

/** Reports the files that runs write as they appear. An idle folder costs nothing. */
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
      // The system limits the number of watches; without one, the periodic scan has to suffice.
    }
  }

  /** Reports every file that exists now, to catch up on earlier events and on events that a watch may have missed. */
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
