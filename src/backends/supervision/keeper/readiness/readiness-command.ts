import { CheckCommand, type CheckOutcome } from '../checks/check-command.ts';

/** Delay before a failed command runs again. */
const pauseMilliseconds = 1_000;

export interface ReadinessCommandOptions {
  readonly launchFile: string;
  readonly shell: readonly string[];
  readonly command: string | readonly string[];
  readonly onSuccess: () => void;
  /** Runs the callback of a timer, so that an exception in it is recorded. */
  readonly guard: (action: () => void) => void;
}

/** Runs a command with a process's environment repeatedly until it succeeds. */
export class ReadinessCommand {
  readonly #options: ReadinessCommandOptions;
  /** Why the process is not ready, according to the last run of the command. */
  answer = 'the readiness command has not ended yet';
  #timer: NodeJS.Timeout | undefined;
  #check: CheckCommand | undefined;

  constructor(options: ReadinessCommandOptions) {
    this.#options = options;
    this.#run();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#check?.close();
  }

  #run(): void {
    const { launchFile, shell, command } = this.#options;
    this.#check = new CheckCommand({ launchFile, shell, command, onEnd: (outcome) => this.#onEnd(outcome) });
  }

  #onEnd(outcome: CheckOutcome): void {
    if ('answer' in outcome && outcome.answer === null) {
      this.#options.onSuccess();
      return;
    }
    this.answer = describe(outcome);
    this.#timer = setTimeout(() => this.#options.guard(() => this.#run()), pauseMilliseconds);
  }
}

/** Why the process is not ready. */
function describe(outcome: CheckOutcome): string {
  if ('notRun' in outcome) return `the readiness command cannot be run: ${outcome.notRun}`;
  return `the readiness command failed: ${outcome.answer}`;
}
