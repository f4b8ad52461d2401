import type { ExperimentState } from '../../../engine/status.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { describePods } from '../delete/describe-pods.ts';
import { annotations } from '../labels.ts';
import { leaseEnd } from '../launch/lease.ts';

/** What is said of the whole of an experiment, beside what its processes are. */
export interface ExperimentCondition {
  /** Absent where the states of the processes say it. */
  readonly state?: ExperimentState;
  /** In words. */
  readonly reason?: string;
  /** Its launch broke off: no client is at work on it. */
  readonly isBrokenOff?: boolean;
  /** Nothing of it is to be kept: a launch of its name may remove it. */
  readonly isOver?: boolean;
}

/** Milliseconds beyond its due time for which the end of a pod is no news. */
const maxDelayMilliseconds = 30_000;

/**
 * How an experiment with a readable record stands.
 * @param members how many pods it has when it is complete
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
  if (end === undefined || now < end) return {};
  const reason = `its launch broke off: ${pods.length} of ${members} pods were created`;
  return { isBrokenOff: true, isOver: true, reason };
}
