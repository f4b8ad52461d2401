import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { LoggedRun } from './log-walk.ts';

/** The log of one process as a source of lines or byte pieces. */
export interface FollowedLog<Item> {
  readonly process: ProcessReference;
  /** Whether everything up to the end at the last look was read. */
  readonly isAtEnd: boolean;
  /** Records the current end of the log. */
  look(): void;
  updateRuns(runs: readonly LoggedRun[]): void;
  refreshTimes(): void;
  /** The next items, a bounded number of them; possibly none. */
  next(): Item[];
  /** Returns unterminated input that was held back, for when nothing will follow. */
  flush(): Item[];
}
