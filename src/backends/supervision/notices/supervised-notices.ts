import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { dueNotices } from '../../../engine/rules/notices.ts';
import { describeSent } from '../../../engine/text/describe-notice.ts';
import { ExperimentNotices } from '../../kit/notices/experiment-notices.ts';
import type { EventToRecord } from '../events/event-recorder.ts';
import type { NoticeSender } from './notice-sender.ts';
import { readNoticeTargets } from './notice-targets-file.ts';

export interface SupervisedNoticesOptions {
  /** Of the experiment. */
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
  /** Runs a callback, so that an exception in it is recorded. */
  readonly guard: (action: () => void) => void;
}

/** The notices of an experiment; undefined if its launch named no one to tell. */
export function supervisedNotices(options: SupervisedNoticesOptions): ExperimentNotices | undefined {
  const { folder, launchId, sender, snapshot, told, setTold, record, note, guard } = options;
  const targets = readNoticeTargets(folder);
  if (targets === undefined) return undefined;
  return new ExperimentNotices({
    launchId,
    wanted: targets.settings.on,
    snapshot,
    told,
    setTold: (all) => guard(() => setTold(all)),
    async send(notice) {
      const outcomes = await sender.send(notice, targets);
      return sender.isClosed ? undefined : outcomes;
    },
    report(notice, outcome) {
      const message = describeSent(notice, outcome);
      if (outcome.failure === undefined) record({ reason: 'NoticeSent', message });
      // The note is an event as well.
      else note(message);
    },
    guard,
  });
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
