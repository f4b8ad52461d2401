import { spawn } from 'node:child_process';
import { shellCommand } from '../../../kit/programs/command-line.ts';
import { endGroup } from '../../../kit/programs/end-group.ts';

/** Delay before a failed command runs again, and time after which a running command is killed. */
const pauseMilliseconds = 1_000;
const timeoutSeconds = 10;

export interface ReadinessCommandOptions {
  readonly launchFile: string;
  readonly shell: readonly string[];
  readonly command: string | readonly string[];
  readonly onSuccess: () => void;
  /** Runs the callback of a timer, so that an exception in it is recorded. */
  readonly guard: (action: () => void) => void;
}

/**
 * Runs a command with a process's environment repeatedly until it succeeds. Everything it started in its process group
 * ends with it, so that a check leaves nothing behind.
 */
export class ReadinessCommand {
  readonly #options: ReadinessCommandOptions;
  /** Why the process is not ready, according to the last run of the command. */
  answer = 'the readiness command has not ended yet';
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #group: number | undefined;

  constructor(options: ReadinessCommandOptions) {
    this.#options = options;
    this.#run();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#endGroup();
  }

  #run(): void {
    const { launchFile, shell, command } = this.#options;
    const argv = [launchFile, 'exec', ...shellCommand(shell, command)];
    // A separate group, because a signal to the shell alone would not reach its children.
    const child = spawn('/bin/sh', argv, { env: {}, stdio: 'ignore', detached: true });
    this.#group = child.pid;
    let isLate = false;
    this.#timer = setTimeout(() => {
      isLate = true;
      this.#endGroup();
    }, timeoutSeconds * 1000);
    child.once('error', (error) => this.#end(`the readiness command cannot be run: ${error.message}`));
    child.once('exit', (code, signal) => {
      if (isLate) this.#end(`the readiness command timed out after ${timeoutSeconds} s`);
      else if (code === 0) this.#end(undefined);
      else if (code === null) this.#end(`the readiness command was ended by ${signal}`);
      else this.#end(`the readiness command ended with exit code ${code}`);
    });
  }

  /** @param answer why the process is not ready; undefined if it is */
  #end(answer: string | undefined): void {
    clearTimeout(this.#timer);
    this.#endGroup();
    this.#group = undefined;
    if (this.#isClosed) return;
    if (answer === undefined) {
      this.#options.onSuccess();
      return;
    }
    this.answer = answer;
    this.#timer = setTimeout(() => this.#options.guard(() => this.#run()), pauseMilliseconds);
  }

  #endGroup(): void {
    if (this.#group !== undefined) endGroup(this.#group);
  }
}
