import { existsSync, statSync } from 'node:fs';
import { processKey } from '../../../engine/contract/process-key.ts';
import { isFinal, type ProcessReference } from '../../../engine/contract/status.ts';
import { notStarted, type RecordedRun } from '../../../engine/rules/process-runtime.ts';
import type { ExperimentFolder } from '../../supervision/records/experiment-folder.ts';
import type { ExperimentRuntime } from '../../supervision/records/experiment-runtime.ts';
import { readRuntime } from '../../supervision/records/state-file.ts';
import { findBegunRuns } from '../runs/begun-runs.ts';
import { isLogLost } from './lost-logs.ts';
import type { LoggedRuns } from './process-log.ts';

/** What the supervisor has on record of the runs of one process, read again only after a change. */
export class RecordedRuns implements LoggedRuns {
  readonly #folder: ExperimentFolder;
  readonly #reference: ProcessReference;
  #runtime: ExperimentRuntime | undefined;
  #version = '';

  constructor(folder: ExperimentFolder, reference: ProcessReference) {
    this.#folder = folder;
    this.#reference = reference;
  }

  get key(): string {
    return processKey(this.#reference);
  }

  read(): readonly RecordedRun[] {
    return this.#read().processes[this.key]?.runs ?? [];
  }

  isLost(run: RecordedRun): boolean {
    return isLogLost(run, this.#read().processes[this.key] ?? notStarted);
  }

  /** Whether the process has ended for good, or its experiment was deleted. */
  isOver(): boolean {
    if (!existsSync(this.#folder.path)) return true;
    return isFinal(this.#read().processes[this.key]?.state ?? 'pending');
  }

  #read(): ExperimentRuntime {
    const version = this.#readVersion();
    if (this.#runtime === undefined || (version !== this.#version && version !== '')) {
      this.#runtime = readRuntime(this.#folder, [this.#reference], findBegunRuns);
      this.#version = version;
    }
    return this.#runtime;
  }

  #readVersion(): string {
    try {
      const { mtimeMs, ino } = statSync(this.#folder.state);
      return `${mtimeMs} ${ino}`;
    } catch {
      return '';
    }
  }
}
