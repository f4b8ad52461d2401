import {
  countSilence,
  judgeCheck,
  judgeSilence,
  type Silence,
  type SilenceLook,
  silenceLookMilliseconds,
} from '../../../engine/rules/liveness.ts';
import type { RepeatedCheck } from '../../../engine/text/describe-hang.ts';

/** A run that may come to hang. */
export interface RunToWatch {
  /** Its number. */
  readonly run: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** When it has last written something, in milliseconds since 1970; undefined if that is unknown. Never rejects. */
  readonly readLastOutput: () => Promise<number | undefined>;
  /**
   * Begins a check.
   * @param onAnswer called once with why it failed, in words, or null if it succeeded; undefined if it could not be made
   */
  readonly startCheck: (check: RepeatedCheck, onAnswer: (answer: string | null | undefined) => void) => StartedCheck;
  /** Whether the run has been ready. */
  readonly wasReady: () => boolean;
}

/** A check that is being made. */
export interface StartedCheck {
  /** Ends it without an answer. */
  close(): void;
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

/** A run hangs when it has written nothing for so many seconds. */
export class SilenceWatch implements LivenessWatch {
  readonly #limit: number;
  readonly #run: RunToWatch;
  readonly #events: WatchEvents;
  #silence: Silence | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(seconds: number, run: RunToWatch, events: WatchEvents) {
    this.#limit = seconds;
    this.#run = run;
    this.#events = events;
    void this.#look();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    // What is written while the answer is under way is not in it.
    const moment = { now: Date.now(), clock: performance.now() };
    const written = await this.#run.readLastOutput();
    if (!this.#isClosed) this.#events.guard(() => this.#judge(written, moment));
  }

  #judge(written: number | undefined, moment: Pick<SilenceLook, 'now' | 'clock'>): void {
    const lastOutput = written === undefined ? undefined : Math.max(written, this.#run.startedAt);
    const look = { ...moment, lastOutput };
    this.#silence = countSilence(this.#limit, this.#silence, look);
    const verdict = judgeSilence(this.#limit, this.#silence);
    if ('hangs' in verdict) this.#silence = { ...this.#silence, milliseconds: 0 };
    const wait = 'hangs' in verdict ? this.#limit * 1000 : verdict.nextLook;
    this.#timer = setTimeout(() => void this.#look(), Math.min(wait, silenceLookMilliseconds));
    if ('hangs' in verdict) this.#events.onHang(verdict.hangs);
  }
}

/** A run that was ready hangs when its check fails so often in a row. */
export class CheckWatch implements LivenessWatch {
  readonly #alive: RepeatedCheck;
  readonly #run: RunToWatch;
  readonly #events: WatchEvents;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #check: StartedCheck | undefined;

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
    const onAnswer = (answer: string | null | undefined) => this.#events.guard(() => this.#onAnswer(answer));
    this.#check = this.#run.startCheck(this.#alive, onAnswer);
    clearTimeout(this.#timer);
  }

  #onAnswer(answer: string | null | undefined): void {
    const { failures, hangs } = judgeCheck(this.#alive, this.#failures, answer);
    this.#failures = failures;
    this.#schedule();
    if (hangs !== undefined) this.#events.onHang(hangs);
  }
}
