import type { Notice, NoticeKind, NoticeTarget } from '../contract/notices.ts';
import type { PlanNote } from '../contract/plan.ts';
import { type ExperimentStatus, formatProcess, type ProcessStatus } from '../contract/status.ts';
import { adviceFor, advise } from './advice.ts';
import { countOf } from './sentences.ts';

/** More processes than this are counted instead of named. */
const maxNamed = 3;

/**
 * A notice in one line: `rl: learner failed (exit code 3)`.
 * @param about the processes that it is about
 * @param all the processes of the experiment
 */
export function describeNotice(
  kind: NoticeKind,
  { name, state, reason }: Pick<ExperimentStatus, 'name' | 'state' | 'reason'>,
  about: readonly ProcessStatus[],
  all: readonly ProcessStatus[],
): string {
  const named = about.slice(0, maxNamed).map(describeProcess).join(', ');
  const list = about.length > maxNamed ? `${named} and ${about.length - maxNamed} more` : named;
  if (kind === 'blocked') return `${name} is blocked: ${list || (reason ?? 'it cannot proceed')}`;
  if (kind === 'failed') return `${name}: ${list}`;
  const outcome = state === 'succeeded' ? 'succeeded' : 'failed';
  const succeeded = all.filter((status) => status.state === 'succeeded').length;
  // The reason may begin with the process that ended the experiment.
  const unnamed = reason?.startsWith(list) ? '' : list;
  const details = [
    reason ?? '',
    unnamed,
    about.length === 0 ? `${succeeded} of ${countOf(all.length, 'process', 'processes')} succeeded` : '',
  ];
  return `${name} ${outcome}: ${details.filter((text) => text !== '').join('; ')}`;
}

/** Why a backend does not tell a target of the setting `notify`, as a note of a plan. */
export function describeUntold(target: NoticeTarget, backend: string): PlanNote {
  const path = `setting notify.${target}`;
  if (target === 'desktop') {
    const who = advise((say) =>
      say.either('interface, launch --attached or wait', 'interface or command that watches the experiment'),
    );
    return {
      verdict: 'not-enforced',
      path,
      message: `${backend} tells no desktop: only a running ${adviceFor(who)} does`,
    };
  }
  const wait = advise((say) => say.either('symphony wait --for done && …', "cluster.wait with { for: 'done' }"));
  const hint = `Use ${adviceFor(wait)} instead${target === 'command' ? ', or a webhook' : ''}.`;
  return { verdict: 'not-enforced', path, message: `the ${backend} backend does not tell it`, hint };
}

/** What became of a notice that was sent. @param outcome `failure`: why it could not be sent, in words */
export function describeSent(
  { kind, id }: Pick<Notice, 'kind' | 'id'>,
  { target, failure }: { readonly target: NoticeTarget; readonly failure?: string },
): string {
  if (failure === undefined) return `told the ${target}: ${kind} (notice ${id})`;
  return `The ${target} could not be told (${kind}): ${failure}`;
}

/** The title of a notice on a desktop. */
export function noticeTitle({ experiment, kind }: Pick<Notice, 'experiment' | 'kind'>): string {
  return `Symphony: ${experiment} ${kind}`;
}

function describeProcess(status: ProcessStatus): string {
  const why = status.reason === undefined ? '' : ` (${status.reason})`;
  const what = status.blocked ? 'waits' : status.state === 'lost' ? 'was lost' : status.state;
  return `${formatProcess(status)} ${what}${why}`;
}
