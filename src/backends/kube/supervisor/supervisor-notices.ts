import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import type { DueNotice } from '../../../engine/rules/notices.ts';
import { describeSent } from '../../../engine/text/describe-notice.ts';
import { ExperimentNotices } from '../../kit/notices/experiment-notices.ts';
import { sendToWebhook } from '../../kit/notices/send-to-webhook.ts';
import type { KubeNotify } from '../api/credentials/kube-options.ts';
import type { EventToWrite } from '../events/write-event.ts';

export interface SupervisorNoticesOptions {
  readonly notify: KubeNotify;
  readonly launchId: string;
  /** The current state; undefined if the experiment is gone or being deleted. */
  readonly snapshot: () => ExperimentSnapshot | undefined;
  /** What was told so far, according to the record. */
  readonly told: () => readonly string[];
  /** Stores in the record what was told. */
  readonly setTold: (told: readonly string[]) => Promise<void>;
  readonly record: (event: EventToWrite) => void;
  /** Writes a line to the supervisor's own log. */
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The pause before what was told is stored again after a failure, in milliseconds. */
const retryMilliseconds = 1_000;

/** The notices of an experiment on a cluster, to a webhook. They end with the signal. */
export function supervisorNotices(options: SupervisorNoticesOptions): ExperimentNotices {
  const { notify, launchId, snapshot, told, setTold, record, report, signal } = options;
  /** Newer than what has been read back from the record. */
  let ownTold: readonly string[] | undefined;
  const notices = new ExperimentNotices({
    launchId,
    wanted: notify.on,
    snapshot,
    told: () => ownTold ?? told(),
    async setTold(all) {
      ownTold = all;
      while (!signal.aborted) {
        try {
          return await setTold(all);
        } catch (error) {
          if (!signal.aborted) report(`what was told cannot be stored yet: ${(error as Error).message}`);
          await delay(retryMilliseconds, undefined, { signal }).catch(() => undefined);
        }
      }
    },
    async send(due: DueNotice) {
      const notice = { ...due, time: new Date().toISOString(), host: hostname() };
      const failure = await sendToWebhook(notify.webhook, notice, { signal });
      if (signal.aborted) return undefined;
      return [failure === undefined ? { target: 'webhook' } : { target: 'webhook', failure }];
    },
    report(notice, outcome) {
      const message = describeSent(notice, outcome);
      report(message);
      const isSent = outcome.failure === undefined;
      record({ reason: isSent ? 'NoticeSent' : 'NoticeFailed', message, kind: isSent ? 'normal' : 'warning' });
    },
    guard(action) {
      try {
        action();
      } catch (error) {
        report(`a notice failed: ${(error as Error).message}`);
      }
    },
  });
  signal.addEventListener('abort', () => notices.close(), { once: true });
  return notices;
}
