import { processKey } from '../../../engine/contract/process-key.ts';
import { isAlive, type ProcessStatus } from '../../../engine/contract/status.ts';
import type { ProcessFacts } from '../../../engine/rules/experiment-end.ts';
import type { WantedEnd } from '../../../engine/rules/process-runtime.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations } from '../manifests/labels.ts';
import type { Decisions } from '../supervisor/decisions.ts';
import { isWaiting } from '../supervisor/supervised-rules.ts';
import type { PodJson } from './pod-json.ts';
import { generation } from './process-pods.ts';

/**
 * What the rules of an experiment know of one of its processes, from its status and its newest pod.
 * @param pod undefined if it has none
 */
export function ruleFacts(
  resolvedProcess: ResolvedProcess,
  status: ProcessStatus,
  pod: KubeObject | undefined,
  decisions: Decisions,
): ProcessFacts {
  const key = processKey(resolvedProcess);
  const { state, reason } = status;
  const startedAt = Date.parse(status.startedAt ?? '');
  const endedAt = Date.parse(status.finishedAt ?? '');
  const reached = reachedBy(resolvedProcess, status, pod, decisions);
  return {
    key,
    state,
    ...(reached === undefined ? {} : { reached }),
    ...(Number.isNaN(startedAt) ? {} : { startedAt }),
    ...(Number.isNaN(endedAt) ? {} : { endedAt }),
    ...(reason === undefined ? {} : { reason }),
    willStart:
      state === 'pending' && (pod !== undefined || !isWaiting(resolvedProcess) || decisions.started.includes(key)),
    wantedEnd: isAlive(state) || state === 'pending' ? wantedEnd(pod) : undefined,
  };
}

/** The furthest that a run of a process has got. */
function reachedBy(
  resolvedProcess: ResolvedProcess,
  { ready, state, startedAt, restarts, name }: ProcessStatus,
  pod: KubeObject | undefined,
  decisions: Decisions,
): 'started' | 'ready' | undefined {
  if (ready || state === 'running' || decisions.ready.includes(processKey(resolvedProcess))) return 'ready';
  if (pod !== undefined && wasReady(pod as PodJson, name)) return 'ready';
  const wasStarted = startedAt !== undefined || restarts > 0 || (pod !== undefined && generation(pod) > 0);
  if (!wasStarted) return undefined;
  return resolvedProcess.ready.kind === 'started' ? 'ready' : 'started';
}

/**
 * Whether the only process of a pod was ready before it ended: only then has its condition changed since its start. Runs
 * of a few seconds do not tell, because times have a resolution of one second.
 */
function wasReady({ status }: PodJson, name: string): boolean {
  const [container, ...others] = status?.containerStatuses ?? [];
  const { startedAt, finishedAt } = container?.state?.terminated ?? {};
  if (container?.name !== name || others.length > 0) return false;
  const changed = status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  const [began, ended, at] = [startedAt, finishedAt, changed].map((time) => Date.parse(time ?? '')) as [
    number,
    number,
    number,
  ];
  return at >= ended && at > began + 2_000;
}

function wantedEnd(pod: KubeObject | undefined): WantedEnd | undefined {
  const { [annotations.stopped]: reason, [annotations.stoppedAs]: counts } = pod?.metadata.annotations ?? {};
  if (reason === undefined) return undefined;
  return { reason, startsAgain: counts === 'restarted', ...(counts === 'failed' && { countsAs: 'failed' }) };
}
