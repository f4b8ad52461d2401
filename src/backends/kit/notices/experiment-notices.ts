import type { NoticeKind } from '../../../engine/contract/notices.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { type DueNotice, dueNotices } from '../../../engine/rules/notices.ts';
import type { NoticeOutcome } from './send-notice.ts';

/** Changes within this time make one notice: processes often fail together. */
const gatherMilliseconds = 1_000;

export interface ExperimentNoticesOptions {
  readonly launchId: string;
  /** The kinds of notices; by default all. */
  readonly wanted: readonly NoticeKind[] | undefined;
  /** The current state; undefined if nothing is to be told any more. */
  readonly snapshot: () => ExperimentSnapshot | undefined;
  /** What was told so far, as it is stored. */
  readonly told: () => readonly string[];
  /** Stores what was told. Must not reject. */
  readonly setTold: (told: readonly string[]) => void | Promise<void>;
  /** Sends a notice. Never rejects. Undefined: it was interrupted, and may not have arrived. */
  readonly send: (notice: DueNotice) => Promise<readonly NoticeOutcome[] | undefined>;
  /** Called with what became of a notice. */
  readonly report: (notice: DueNotice, outcome: NoticeOutcome) => void;
  /** Runs a callback, so that an exception in it is recorded. */
  readonly guard: (action: () => void) => void;
}

/**
 * Tells whom the launching user named of failures, of the end, and of what is blocked. What was told is stored only after it
 * was sent: after a crash in between, the next supervisor repeats the notice, with the same id.
 */
export class ExperimentNotices {
  readonly #options: ExperimentNoticesOptions;
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  #isClosed = false;

  constructor(options: ExperimentNoticesOptions) {
    this.#options = options;
  }

  /** Whether a notice is due or being sent. */
  get isBusy(): boolean {
    return this.#timer !== undefined || this.#isSending;
  }

  /** Called after each change: sends what is due soon, together with what follows at once. */
  consider(): void {
    if (this.#isClosed || this.isBusy || this.#due() === undefined) return;
    this.#timer = setTimeout(() => this.#options.guard(() => this.flush()), gatherMilliseconds);
  }

  /** Sends what is due now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isClosed || this.#isSending) return;
    const due = this.#due();
    if (due !== undefined) void this.#send(due.notices, due.told);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #due() {
    const { snapshot, launchId, told, wanted } = this.#options;
    const current = snapshot();
    if (current === undefined) return undefined;
    const due = dueNotices(current, launchId, told(), wanted);
    return due.notices.length === 0 ? undefined : due;
  }

  async #send(notices: readonly DueNotice[], told: readonly string[]): Promise<void> {
    const { send, setTold, report, guard } = this.#options;
    this.#isSending = true;
    let isInterrupted = false;
    for (const notice of notices) {
      const outcomes = await send(notice);
      isInterrupted = outcomes === undefined;
      if (outcomes === undefined) break;
      guard(() => {
        for (const outcome of outcomes) report(notice, outcome);
      });
    }
    if (!isInterrupted && !this.#isClosed) await setTold(told);
    this.#isSending = false;
    if (!isInterrupted && !this.#isClosed) guard(() => this.consider());
  }
}
