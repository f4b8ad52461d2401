import type { ExperimentState } from '../../../engine/contract/status.ts';
import { countOf } from '../../../engine/text/sentences.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { describePods } from '../delete/describe-pods.ts';
import { leaseEnd } from '../launch/lease.ts';
import { annotations } from '../manifests/labels.ts';
import { interruptedScaling } from '../scale/scaling-mark.ts';

/** The condition of an experiment as a whole, in addition to the states of its processes. */
export interface ExperimentCondition {
  /** Absent if it follows from the states of the processes. */
  readonly state?: ExperimentState;
  /** The reason in words. */
  readonly reason?: string;
  /** It cannot proceed without intervention. */
  readonly blocked?: true;
  /** Whether it is not ready yet although all of its processes may be. */
  readonly isStarting?: boolean;
  /** Whether its launch was interrupted: no client is working on it. */
  readonly isBrokenOff?: boolean;
  /** Whether a launch of the same name may remove it. */
  readonly isOver?: boolean;
}

/** A pod that is overdue by less than this is not reported. */
const maxDelayMilliseconds = 30_000;

/**
 * The condition of an experiment with a readable record.
 * @param members the number of pods of the complete experiment
 * @param now the server's time, in milliseconds
 */
export function conditionOf(
  record: KubeObject,
  { pods, members, now }: { readonly pods: readonly KubeObject[]; readonly members: number; readonly now: number },
): ExperimentCondition {
  const own = record.metadata.annotations ?? {};
  const isDeleting = record.metadata.deletionTimestamp !== undefined || own[annotations.deleting] !== undefined;
  if (isDeleting) {
    const due = now - maxDelayMilliseconds;
    const late = pods.filter(({ metadata }) => Date.parse(metadata.deletionTimestamp ?? '') < due);
    const isUnfinished = own[annotations.launching] !== undefined;
    const reasons = [
      ...(isUnfinished ? ['its launch was not finished'] : []),
      ...(late.length > 0 ? [`still there: ${describePods(late).join('; ')}`] : []),
    ];
    return { state: 'stopping', isOver: true, ...(reasons.length > 0 && { reason: reasons.join('; ') }) };
  }
  const end = leaseEnd(record);
  if (end === undefined || now < end) {
    const interrupted = interruptedScaling(record, now);
    return interrupted === undefined ? {} : { reason: interrupted };
  }
  const reason = `its launch was interrupted: ${pods.length} of ${countOf(members, 'pod')} ${members === 1 ? 'was' : 'were'} created`;
  return { isBrokenOff: true, isOver: true, reason };
}
