import { statSync } from 'node:fs';
import {
  countSilence,
  judgeCheck,
  judgeSilence,
  type Silence,
  silenceLookMilliseconds,
} from '../../../../engine/rules/liveness.ts';
import type { RepeatedCheck } from '../../../../engine/text/describe-hang.ts';
import { CheckCommand } from '../checks/check-command.ts';
import { checkConnection } from '../checks/check-connection.ts';

/** A run that may come to hang. */
export interface RunToWatch {
  /** Its number. */
  readonly run: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly services: readonly { readonly name: string; readonly host: string; readonly port: number }[];
  readonly launchFile: string;
  /** The shell of its commands that are strings. */
  readonly shell: readonly string[];
  readonly logFile: string;
  /** Whether the run has been ready. */
  readonly wasReady: () => boolean;
}

export interface WatchEvents {
  /** Called with why the run hangs, in words. Called again if it then goes on and hangs. */
  readonly onHang: (reason: string) => void;
  /** Runs the callback of a timer, so that an exception in it is recorded. */
  readonly guard: (action: () => void) => void;
}

/** Looks repeatedly whether a run hangs, until it is closed. */
export interface LivenessWatch {
  close(): void;
}

/** A run hangs when it has written nothing for so many seconds. Each look is one stat of its log. */
export class SilenceWatch implements LivenessWatch {
  readonly #limit: number;
  readonly #run: RunToWatch;
  readonly #events: WatchEvents;
  #silence: Silence | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(seconds: number, run: RunToWatch, events: WatchEvents) {
    this.#limit = seconds;
    this.#run = run;
    this.#events = events;
    this.#look();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const look = { lastOutput: this.#lastOutput(), now: Date.now(), clock: performance.now() };
    this.#silence = countSilence(this.#limit, this.#silence, look);
    const verdict = judgeSilence(this.#limit, this.#silence);
    if ('hangs' in verdict) this.#silence = { ...this.#silence, milliseconds: 0 };
    const wait = 'hangs' in verdict ? this.#limit * 1000 : verdict.nextLook;
    this.#timer = setTimeout(() => this.#events.guard(() => this.#look()), Math.min(wait, silenceLookMilliseconds));
    if ('hangs' in verdict) this.#events.onHang(verdict.hangs);
  }

  /** Undefined if the log was removed or cannot be reached: what the run writes is then unknown. */
  #lastOutput(): number | undefined {
    try {
      return Math.max(statSync(this.#run.logFile).mtimeMs, this.#run.startedAt);
    } catch {
      return undefined;
    }
  }
}

/** A run that was ready hangs when its check fails so often in a row. */
export class CheckWatch implements LivenessWatch {
  readonly #alive: RepeatedCheck;
  readonly #run: RunToWatch;
  readonly #events: WatchEvents;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #check: { close(): void } | undefined;

  constructor(alive: RepeatedCheck, run: RunToWatch, events: WatchEvents) {
    this.#alive = alive;
    this.#run = run;
    this.#events = events;
    this.#schedule();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#check?.close();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => this.#events.guard(() => this.#begin()), this.#alive.every * 1000);
  }

  #begin(): void {
    // An exception in this check must not prevent the next one, which otherwise follows the answer of this one.
    this.#schedule();
    if (!this.#run.wasReady()) return;
    this.#check = this.#start();
    clearTimeout(this.#timer);
  }

  #start(): { close(): void } {
    const { launchFile, shell, services } = this.#run;
    const onAnswer = (answer: string | null | undefined) => this.#events.guard(() => this.#onAnswer(answer));
    if (this.#alive.kind === 'command') {
      const { command } = this.#alive;
      return new CheckCommand({
        launchFile,
        shell,
        command,
        onEnd: (outcome) => onAnswer('answer' in outcome ? outcome.answer : undefined),
      });
    }
    const { service } = this.#alive;
    const found = services.find(({ name }) => name === service);
    if (found === undefined) throw new Error(`there is no service ${service}`);
    return checkConnection(found, onAnswer);
  }

  #onAnswer(answer: string | null | undefined): void {
    const { failures, hangs } = judgeCheck(this.#alive, this.#failures, answer);
    this.#failures = failures;
    this.#schedule();
    if (hangs !== undefined) this.#events.onHang(hangs);
  }
}
