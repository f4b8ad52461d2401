import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { type DueNotice, dueNotices } from '../../../engine/rules/notices.ts';
import type { NoticeTargets } from '../../kit/notices/send-notice.ts';
import type { EventToRecord } from '../events/event-recorder.ts';
import type { NoticeSender } from './notice-sender.ts';
import { readNoticeTargets } from './notice-targets-file.ts';

/** Changes within this time make one notice: processes often fail together. */
const gatherMilliseconds = 1_000;

export interface ExperimentNoticesOptions {
  readonly folder: string;
  readonly launchId: string;
  readonly sender: NoticeSender;
  readonly snapshot: () => ExperimentSnapshot;
  /** What was told so far, as it is stored. */
  readonly told: () => readonly string[];
  /** Stores what was told. */
  readonly setTold: (told: readonly string[]) => void;
  readonly record: (event: EventToRecord) => void;
  readonly note: (text: string) => void;
  /** Runs the callback of a timer, so that an exception in it is recorded. */
  readonly guard: (action: () => void) => void;
}

/**
 * Tells whom the launching user named of failures, of the end, and of what is blocked. What was told is stored only after it
 * was sent: after a crash in between, the next supervisor repeats the notice, with the same id.
 */
export class ExperimentNotices {
  readonly #options: ExperimentNoticesOptions;
  readonly #targets: NoticeTargets | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  #isClosed = false;

  constructor(options: ExperimentNoticesOptions) {
    this.#options = options;
    this.#targets = readNoticeTargets(options.folder);
  }

  /** Whether a notice is due or being sent. */
  get isBusy(): boolean {
    return this.#timer !== undefined || this.#isSending;
  }

  /** Called after each change: sends what is due soon, together with what follows at once. */
  consider(): void {
    if (this.#targets === undefined || this.#isClosed || this.isBusy || !this.#isDue()) return;
    this.#timer = setTimeout(() => this.#options.guard(() => this.flush()), gatherMilliseconds);
  }

  /** Sends what is due now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#targets === undefined || this.#isClosed || this.#isSending) return;
    const { snapshot, launchId, told } = this.#options;
    const due = dueNotices(snapshot(), launchId, told(), this.#targets.settings.on);
    if (due.notices.length === 0) return;
    void this.#send(due.notices, due.told, this.#targets);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #isDue(): boolean {
    const { snapshot, launchId, told } = this.#options;
    return dueNotices(snapshot(), launchId, told(), this.#targets?.settings.on).notices.length > 0;
  }

  async #send(notices: readonly DueNotice[], told: readonly string[], targets: NoticeTargets): Promise<void> {
    const { sender, setTold, guard } = this.#options;
    this.#isSending = true;
    for (const notice of notices) {
      const outcomes = await sender.send(notice, targets);
      if (sender.isClosed) break;
      guard(() => {
        for (const { target, failure } of outcomes) this.#report(notice, target, failure);
      });
    }
    this.#isSending = false;
    if (sender.isClosed || this.#isClosed) return;
    guard(() => {
      setTold(told);
      this.consider();
    });
  }

  #report({ kind, id }: DueNotice, target: string, failure: string | undefined): void {
    const { record, note } = this.#options;
    if (failure === undefined) record({ reason: 'NoticeSent', message: `told the ${target}: ${kind} (notice ${id})` });
    // The note is an event as well.
    else note(`The ${target} could not be told (${kind}): ${failure}`);
  }
}

/** Whether a stored experiment calls for notices that were not sent. */
export function hasDueNotices(
  folder: string,
  launchId: string,
  snapshot: ExperimentSnapshot,
  told: readonly string[],
): boolean {
  const targets = readNoticeTargets(folder);
  return targets !== undefined && dueNotices(snapshot, launchId, told, targets.settings.on).notices.length > 0;
}
