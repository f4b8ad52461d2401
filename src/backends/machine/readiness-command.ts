import { spawn } from 'node:child_process';
import { commandLine } from './launch-file.ts';

/** A command that did not succeed is run again after so long, and one that does not end is ended after so long. */
const pauseMilliseconds = 1_000;
const timeoutSeconds = 10;

export interface ReadinessCommandOptions {
  readonly launchFile: string;
  readonly command: string | readonly string[];
  readonly onSuccess: () => void;
  /** Runs what a timer calls, so that a throw in it is noted. */
  readonly guard: (action: () => void) => void;
}

/**
 * Runs a command with a process's environment again and again until it succeeds. Whatever it started in its process group
 * ends with it, so that a check leaves nothing behind however it ends.
 */
export class ReadinessCommand {
  readonly #options: ReadinessCommandOptions;
  /** Why the process is not ready, as the last run of the command answered. */
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
    const { launchFile, command } = this.#options;
    const argv = [launchFile, 'exec', ...commandLine([], command)];
    // A group of its own: a signal to the shell alone would leave its children.
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
    if (this.#group === undefined) return;
    try {
      process.kill(-this.#group, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  }
}
