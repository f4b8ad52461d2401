import { parseGoDuration } from '../../../engine/text/durations.ts';
import type { TerminatedState } from './pod-json.ts';

/**
 * The time at which the kubelet restarts a crashed container. The delay in `back-off 20s restarting failed container=…`
 * counts from the end of the run.
 * @returns an ISO time, or undefined if it is unknown
 */
export function backoffUntil(message: string | undefined, ended: TerminatedState | undefined): string | undefined {
  const finished = Date.parse(ended?.finishedAt ?? '');
  const seconds = parseGoDuration(/back-off (\S+) restarting/.exec(message ?? '')?.[1] ?? '');
  if (Number.isNaN(finished) || seconds === undefined) return undefined;
  return new Date(finished + seconds * 1000).toISOString();
}

const initialDelaySeconds = 10;
const maxDelaySeconds = 300;
/** After a run of this length the delays start over. */
const healthyRunSeconds = 600;

/**
 * The restart time while the node has not reported a back-off yet. The first restart follows about a second after the
 * end; later ones after 10 s, 20 s and so on.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
export function nextRestart({ startedAt, finishedAt }: TerminatedState, restarts: number): string | undefined {
  const finished = Date.parse(finishedAt ?? '');
  if (Number.isNaN(finished)) return undefined;
  const wasHealthy = finished - Date.parse(startedAt ?? '') >= healthyRunSeconds * 1000;
  const delay = Math.min(initialDelaySeconds * 2 ** (wasHealthy ? 0 : restarts - 1), maxDelaySeconds);
  return new Date(finished + (restarts === 0 ? 1 : delay) * 1000).toISOString();
}
