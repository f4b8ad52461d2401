import { type ChildProcess, spawn } from 'node:child_process';
import { shellCommand } from '../../../../engine/shell/command-line.ts';
import { endWithDescendants } from '../../../kit/programs/end-descendants.ts';
import { endGroup } from '../../../kit/programs/end-group.ts';

/** A check that takes longer has failed. */
const timeoutSeconds = 10;

/**
 * How a check command ended: `answer` says why it failed, and is null if it succeeded. Without an answer it could not be
 * run, which says nothing about the process.
 */
export type CheckOutcome = { readonly answer: string | null } | { readonly notRun: string };

export interface CheckCommandOptions {
  readonly launchFile: string;
  /** The shell of a command that is a string. */
  readonly shell: readonly string[];
  readonly command: string | readonly string[];
  /** Called once, unless `close` was called before. */
  readonly onEnd: (outcome: CheckOutcome) => void;
}

/**
 * Runs a command once in the folder and with the environment of a process. Whatever it started ends with it, so that a
 * check leaves nothing behind.
 */
export class CheckCommand {
  readonly #child: ChildProcess;
  readonly #onEnd: CheckCommandOptions['onEnd'];
  readonly #timer: NodeJS.Timeout;
  #isOver = false;

  constructor({ launchFile, shell, command, onEnd }: CheckCommandOptions) {
    this.#onEnd = onEnd;
    const argv = [launchFile, 'exec', ...shellCommand(shell, command)];
    // A separate group, because a signal to the shell alone would not reach its children.
    this.#child = spawn('/bin/sh', argv, { env: {}, stdio: 'ignore', detached: true });
    this.#child.once('error', (error) => this.#end({ notRun: error.message }));
    this.#child.once('exit', (code, signal) => this.#end({ answer: describeExit(code, signal) }));
    this.#timer = setTimeout(
      // If this program was suspended itself, the command may have ended meanwhile, which is noticed first.
      () => setImmediate(() => this.#timeOut()),
      timeoutSeconds * 1000,
    );
  }

  /** Ends the command without an outcome. */
  close(): void {
    if (!this.#isOver && this.#child.pid !== undefined) void endWithDescendants(this.#child.pid);
    this.#finish();
  }

  #timeOut(): void {
    if (this.#isOver) return;
    this.close();
    this.#onEnd({ answer: `timed out after ${timeoutSeconds} s` });
  }

  #end(outcome: CheckOutcome): void {
    if (this.#isOver) return;
    this.#finish();
    if (this.#child.pid !== undefined) endGroup(this.#child.pid);
    this.#onEnd(outcome);
  }

  #finish(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string | null {
  if (code === 0) return null;
  return code === null ? `ended by ${signal}` : `exit code ${code}`;
}
