import type { KubeObject } from '../api/kube-object.ts';
import type { Supervision } from '../manifests/experiment-record.ts';
import { annotations, supervisorContainer } from '../manifests/labels.ts';
import { isBlocked } from '../status/blocked.ts';
import { endReason } from '../status/end-reason.ts';
import type { ContainerStatusJson, PodJson } from '../status/pod-json.ts';
import { waitingReason } from '../status/waiting-reason.ts';
import type { ExperimentCondition } from './experiment-condition.ts';

/** A supervisor that has had no pod for so long, in milliseconds, is not merely being started. */
const maxDelayMilliseconds = 30_000;

/**
 * What the supervisor of an experiment adds to its condition: nothing while it works.
 * @param supervisors its pods
 * @param now the server's time, in milliseconds
 */
export function supervisionCondition(
  record: KubeObject,
  supervision: Supervision | undefined,
  supervisors: readonly KubeObject[],
  now: number,
): ExperimentCondition {
  if (supervision === undefined) return {};
  if (supervision.kind === 'none') return { reason: supervision.reason };
  const { launched, supervised } = annotations;
  const own = record.metadata.annotations ?? {};
  const pods = supervisors.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const effect = effectOf(supervision);
  if (pods.some(runs)) return own[supervised] === undefined ? beginning(supervision) : {};
  const trouble = pods.find((pod) => isBlocked(pod as PodJson, supervisorContainer));
  if (trouble !== undefined) {
    const why = crashReason(trouble) ?? waitingReason(trouble as PodJson, supervisorContainer);
    const reason = `its supervisor does not run, and ${effect}: ${why}`;
    return { reason, ...(supervision.isStrict && { blocked: true, ...beginning(supervision, own[supervised]) }) };
  }
  const begun = Date.parse(own[launched] ?? '');
  if (pods.length === 0 && now - begun > maxDelayMilliseconds) {
    const reason = `its supervisor has no pod, and ${effect}: see its Deployment and the quotas of the namespace`;
    return { reason, ...beginning(supervision, own[supervised]) };
  }
  return beginning(supervision, own[supervised]);
}

/** What follows if the supervisor does not run. */
function effectOf({ isStrict, isForNotices }: Extract<Supervision, { kind: 'pod' }>): string {
  if (isForNotices) return 'no notices are sent';
  return isStrict
    ? 'nothing keeps the rules of the experiment'
    : 'processes that are lost with their pods are not restarted';
}

/** An experiment whose rules are not kept yet is not ready. */
function beginning({ isStrict }: { readonly isStrict: boolean }, supervised?: string): ExperimentCondition {
  return isStrict && supervised === undefined ? { isStarting: true } : {};
}

function runs({ status }: KubeObject): boolean {
  const [container] = (status?.containerStatuses ?? []) as readonly { readonly state?: { running?: unknown } }[];
  return container?.state?.running !== undefined;
}

/** How a supervisor ends that ends again and again. */
function crashReason({ status }: KubeObject): string | undefined {
  const [container] = ((status as PodJson['status'])?.containerStatuses ?? []) as readonly ContainerStatusJson[];
  const ended = container?.lastState?.terminated ?? container?.state?.terminated;
  return ended === undefined ? undefined : `it ends again and again (${endReason(ended)}); see the log of its pod`;
}
