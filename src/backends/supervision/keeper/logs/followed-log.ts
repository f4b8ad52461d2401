import type { LogOptions } from '../../../../engine/contract/logs.ts';
import type { ProcessReference } from '../../../../engine/contract/status.ts';
import type { DescriptorPool } from '../../../kit/logs/descriptor-pool.ts';
import { type LoggedRun, LogWalk } from './log-walk.ts';

/** The log of one process as a source of items: lines, or pieces of what was written. */
export abstract class FollowedLog<Item> {
  readonly process: ProcessReference;
  protected readonly walk: LogWalk;

  constructor(
    reference: ProcessReference,
    path: string,
    runs: readonly LoggedRun[],
    options: LogOptions,
    descriptors: DescriptorPool,
  ) {
    this.process = reference;
    this.walk = new LogWalk(path, runs, options, descriptors);
  }

  /** Whether everything up to the end at the last look was read. */
  get isAtEnd(): boolean {
    return this.walk.isAtEnd;
  }

  /** Records the current end of the log. */
  look(): void {
    this.walk.look();
  }

  updateRuns(runs: readonly LoggedRun[]): void {
    this.walk.updateRuns(runs);
  }

  /** Reads the times of what was written meanwhile, if the items have times. */
  refreshTimes(): void {}

  /** The next items, a bounded number of them; possibly none. */
  abstract next(): Item[];

  /** The newest state of the unterminated last line, if it has changed since the last call and the items are lines. */
  changedOpenLine(): Item | undefined {
    return undefined;
  }

  /** Returns unterminated input that was held back, for when nothing will follow. */
  flush(): Item[] {
    return [];
  }
}
