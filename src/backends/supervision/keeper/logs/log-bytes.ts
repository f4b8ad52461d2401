import type { LogPiece } from '../../../../engine/contract/logs.ts';
import { FollowedLog } from './followed-log.ts';

const newline = 0x0a;
const chunkBytes = 256 * 1024;

/** The log of one process as it was written, with restart markers and notices between the bytes. */
export class LogBytes extends FollowedLog<LogPiece> {
  #endsLine = true;

  override next(): LogPiece[] {
    const pieces: LogPiece[] = [];
    for (const step of this.walk.next(chunkBytes)) {
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
}
