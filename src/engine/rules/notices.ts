import { type Notice, type NoticedProcess, type NoticeKind, noticeKinds } from '../contract/notices.ts';
import { isFinal, type ProcessStatus } from '../contract/status.ts';
import type { ExperimentSnapshot } from '../contract/watch.ts';
import { describeNotice } from '../text/describe-notice.ts';
import { shortHash } from '../text/short-hash.ts';

/** A notice before it is known when and where it is sent. */
export type DueNotice = Omit<Notice, 'time' | 'host'>;

export interface DueNotices {
  readonly notices: readonly DueNotice[];
  /** What is told once these notices are sent: to be stored, and given to the next call. */
  readonly told: readonly string[];
}

/**
 * The notices that a state of an experiment calls for and that were not sent yet. It depends on nothing else: a supervisor
 * that takes over finds the same ones, with the same ids. A process that fails again in a later run, or an experiment that is
 * over again, calls for another notice. An end that a user requested calls for none.
 * @param launchId of the experiment
 * @param told what was told so far, from the earlier call
 * @param wanted the kinds of notices; by default all
 */
export function dueNotices(
  { experiment, processes }: ExperimentSnapshot,
  launchId: string,
  told: readonly string[],
  wanted: readonly NoticeKind[] = noticeKinds,
): DueNotices {
  const broken = processes.filter(({ state }) => state === 'failed' || state === 'lost');
  const blocked = processes.filter((status) => status.blocked);
  const isOver = experiment.state === 'succeeded' || experiment.state === 'failed';
  const wasStopped = processes.every(({ state }) => state === 'stopped') && experiment.outcome === undefined;
  const known = new Set(told);
  const failedMarks = broken.map((status) => mark('failed', status));
  // A cause may come and go, as with a pull of an image that is tried again: it is told once a run.
  const blockedMarks = processes
    .filter((status) => status.blocked || known.has(mark('blocked', status)))
    .map((status) => mark('blocked', status));
  const doneMarks = isOver && !wasStopped ? [`done ${runsOf(processes)}`] : [];
  const isNew = (text: string) => !known.has(text);
  const due: { kind: NoticeKind; marks: readonly string[]; about: readonly ProcessStatus[] }[] = [];
  const newlyBroken = broken.filter((status) => isNew(mark('failed', status)));
  const newlyBlocked = blocked.filter((status) => isNew(mark('blocked', status)));
  const isNewlyDone = doneMarks.some(isNew) && wanted.includes('done');
  // One notice says both that the experiment is over and what failed at its end.
  if (isNewlyDone) due.push({ kind: 'done', marks: doneMarks, about: broken });
  else if (newlyBroken.length > 0 && wanted.includes('failed'))
    due.push({ kind: 'failed', marks: newlyBroken.map((status) => mark('failed', status)), about: newlyBroken });
  const newBlockedMarks = [
    ...newlyBlocked.map((status) => mark('blocked', status)),
    ...(experiment.blocked && isNew(wholeBlocked) ? [wholeBlocked] : []),
  ];
  if (newBlockedMarks.length > 0 && wanted.includes('blocked'))
    due.push({ kind: 'blocked', marks: newBlockedMarks, about: newlyBlocked });
  return {
    notices: due.map(({ kind, marks, about }) => ({
      id: shortHash([launchId, ...marks].join('\n')),
      kind,
      experiment: experiment.name,
      backend: experiment.backend,
      state: experiment.state,
      text: describeNotice(kind, experiment, about, processes),
      processes: about.map(toNoticed),
    })),
    told: [
      ...failedMarks,
      ...blockedMarks,
      ...(experiment.blocked || known.has(wholeBlocked) ? [wholeBlocked] : []),
      ...doneMarks,
    ],
  };
}

/** Marks an experiment that is blocked as a whole. */
const wholeBlocked = 'blocked';

function mark(kind: NoticeKind, { group, name, restarts }: ProcessStatus): string {
  return `${kind} ${group ?? ''}/${name} ${restarts}`;
}

/** Identifies the runs of processes that have all ended. */
function runsOf(processes: readonly ProcessStatus[]): string {
  return shortHash(processes.map(({ restarts, state }) => `${restarts} ${isFinal(state)}`).join('\n'));
}

function toNoticed({ group, name, state, reason, exitCode, signal }: ProcessStatus): NoticedProcess {
  return {
    group,
    name,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal === undefined ? {} : { signal }),
  };
}
