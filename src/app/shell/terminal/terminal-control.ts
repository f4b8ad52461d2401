import type { Streams } from '../../../engine/contract/capabilities.ts';

/** The operations of the terminal that actions use. */
export interface TerminalControl {
  /** Writes an escape sequence that does not change the screen, such as the clipboard's. */
  writeSequence(sequence: string): void;
  /** The same, but after another program that has the terminal has returned it: not between what that program writes. */
  writeSequenceLater(sequence: string): void;
  /** Hands the terminal over to `run`, restored to its original state, and takes it back afterwards. */
  handOver<Result>(run: (streams: Streams) => Promise<Result>): Promise<Result>;
  /** Stops this job, as ctrl-z does elsewhere; resolves when the job is resumed. */
  stopJob(): Promise<void>;
  /** Redraws the whole screen. */
  redraw(): Promise<void>;
  exit(code: number): void;
}
