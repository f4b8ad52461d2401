import { hostname } from 'node:os';
import type { DueNotice } from '../../../engine/rules/notices.ts';
import { type NoticeOutcome, type NoticeTargets, sendNotice } from '../../kit/notices/send-notice.ts';

/** Sends the notices of all experiments; an experiment may be gone before its last notice is sent. */
export class NoticeSender {
  readonly #onIdle: () => void;
  readonly #closing = new AbortController();
  #sending = 0;

  /** @param onIdle called when nothing is being sent any more */
  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  get isBusy(): boolean {
    return this.#sending > 0;
  }

  /** Whether it was closed: what was being sent may not have arrived. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Never rejects. */
  async send(due: DueNotice, targets: NoticeTargets): Promise<readonly NoticeOutcome[]> {
    this.#sending += 1;
    try {
      const notice = { ...due, time: new Date().toISOString(), host: hostname() };
      return await sendNotice(notice, targets, this.#closing.signal);
    } finally {
      this.#sending -= 1;
      if (this.#sending === 0) this.#onIdle();
    }
  }

  /** Interrupts what is being sent; the next supervisor sends it again. */
  close(): void {
    this.#closing.abort();
  }
}
