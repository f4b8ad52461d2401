import type { LogOptions, LogPiece } from '../../../engine/contract/logs.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { DescriptorPool } from '../../kit/logs/descriptor-pool.ts';
import type { FollowedLog } from './followed-log.ts';
import { type LoggedRun, LogWalk } from './log-walk.ts';

const newline = 0x0a;
const chunkBytes = 256 * 1024;

/** The log of one process as it was written, with restart markers and notices between the bytes. */
export class LogBytes implements FollowedLog<LogPiece> {
  readonly process: ProcessReference;
  readonly #walk: LogWalk;
  #endsLine = true;

  constructor(
    reference: ProcessReference,
    path: string,
    runs: readonly LoggedRun[],
    options: LogOptions,
    descriptors: DescriptorPool,
  ) {
    this.process = reference;
    this.#walk = new LogWalk(path, runs, options, descriptors);
  }

  look(): void {
    this.#walk.look();
  }

  updateRuns(runs: readonly LoggedRun[]): void {
    this.#walk.updateRuns(runs);
  }

  refreshTimes(): void {}

  get isAtEnd(): boolean {
    return this.#walk.isAtEnd;
  }

  next(): LogPiece[] {
    const pieces: LogPiece[] = [];
    for (const step of this.#walk.next(chunkBytes)) {
      if (step.kind === 'bytes') {
        pieces.push(step.bytes);
        this.#endsLine = step.bytes.at(-1) === newline;
        continue;
      }
      // A line never continues in the next run or after a gap.
      if (!this.#endsLine) pieces.push(Buffer.from('\n'));
      this.#endsLine = true;
      const { group, name } = this.process;
      pieces.push({ group, name, run: step.run, kind: step.kind === 'gap' ? 'notice' : 'restart', text: step.text });
    }
    return pieces;
  }

  flush(): LogPiece[] {
    return [];
  }

  close(): void {
    this.#walk.close();
  }
}
