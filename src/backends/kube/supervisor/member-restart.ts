import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations } from '../manifests/labels.ts';
import { type NextRun, nextRun } from '../status/next-run.ts';
import type { PodJson } from '../status/pod-json.ts';
import { isPodOver } from '../status/process-pods.ts';
import { podOutcome } from '../status/process-status.ts';

/** Seconds after the end of the grace period from which a node that has not confirmed the end of a pod is given up. */
const confirmationSeconds = 30;

/** How far the end of a pod is. `abandoned`: its node confirms no end, and the cluster does not expect one any more. */
export type PodEnd = 'none' | 'running' | 'ended' | 'abandoned';

/** @param now the server's time, in milliseconds */
export function podEnd(pod: PodJson, now: number): PodEnd {
  const { metadata, status } = pod;
  const running = (status?.containerStatuses ?? []).some(({ state }) => state?.running !== undefined);
  const isConfirmed = !running || metadata.annotations?.[annotations.ended] !== undefined;
  if (isPodOver(pod)) return isConfirmed ? 'ended' : 'running';
  const deadline = Date.parse(metadata.deletionTimestamp ?? '');
  if (Number.isNaN(deadline)) return 'none';
  const wasStarted = (status?.containerStatuses ?? []).some(({ state }) => state?.terminated !== undefined);
  if (isConfirmed && wasStarted) return 'ended';
  return now > deadline + confirmationSeconds * 1000 ? 'abandoned' : 'running';
}

/**
 * When the end of a pod must be looked at again, in milliseconds; undefined if a change of the pod tells. Never a time in
 * the past: a pod may stay for days after that, with a node that is lost or a finalizer.
 * @param now the server's time, in milliseconds
 */
export function endCheck({ metadata }: PodJson, now: number): number | undefined {
  const time = Date.parse(metadata.deletionTimestamp ?? '') + confirmationSeconds * 1000;
  return time >= now ? time : undefined;
}

/**
 * What follows the end of a pod: the next one, if its processes are restarted. Processes of a group share a pod and are
 * restarted together once one of them was lost with it.
 * @param now the server's time, in milliseconds
 */
export function memberRestart(
  processes: readonly ResolvedProcess[],
  pod: KubeObject,
  services: readonly AssignedService[],
  now: number,
): NextRun {
  const end = podEnd(pod, now);
  if (end !== 'ended' && end !== 'abandoned') return { kind: 'none' };
  const context = { services, isDeleting: false, events: () => [] };
  const found = processes.map((resolvedProcess) => {
    const outcome = podOutcome(resolvedProcess, pod, context);
    return nextRun(resolvedProcess, pod, end === 'abandoned' ? abandoned(pod, outcome) : outcome);
  });
  return (
    found.find(({ kind }) => kind === 'restart') ?? found.find(({ kind }) => kind === 'exhausted') ?? { kind: 'none' }
  );
}

type Outcome = ReturnType<typeof podOutcome>;

function abandoned({ metadata }: KubeObject, outcome: Outcome): Outcome {
  if (metadata.annotations?.[annotations.stopped] !== undefined) return { ...outcome, state: 'stopped' };
  const finishedAt = metadata.deletionTimestamp;
  return { ...outcome, state: 'lost', ...(finishedAt === undefined ? {} : { finishedAt }) };
}

/**
 * Whether a user stopped a process at the moment at which its policy created another pod of it: the newest pod must end.
 * @param older a pod of the same process that has not been marked as replaced yet
 */
export function wasStoppedMeanwhile(
  older: Pick<KubeObject, 'metadata'>,
  newest: Pick<KubeObject, 'metadata'>,
): boolean {
  const { [annotations.stopped]: reason, [annotations.stoppedAs]: counts } = older.metadata.annotations ?? {};
  const isByPolicy = newest.metadata.annotations?.[annotations.restartsInARow] !== undefined;
  return isByPolicy && reason !== undefined && counts === undefined;
}
