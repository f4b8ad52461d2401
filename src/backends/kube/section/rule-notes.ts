import { isDeepStrictEqual } from 'node:util';
import type { PlanNote } from '../../../engine/contract/plan.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { PodSettings } from './kube-settings.ts';

/**
 * Notes about rules of the processes of one pod. A container cannot be started, ended or counted apart from the others of
 * its pod.
 */
export function podRuleNotes(processes: readonly ResolvedProcess[], { restartPolicy }: PodSettings): PlanNote[] {
  const together = new Set(processes.map(processKey));
  const isAlone = processes.length === 1;
  return processes.flatMap(({ path, restart, maxRestarts, maxDuration, alive, after }) => [
    ...(maxRestarts === null ? [] : maxRestartsNotes({ path, restart }, processes.length, restartPolicy)),
    ...(maxDuration === null || isAlone
      ? []
      : [refused(`${path}.maxDuration`, `is not possible: ${sharedPod}`, apart)]),
    ...(alive?.kind !== 'silence' || isAlone
      ? []
      : [refused(`${path}.alive.silence`, `is not possible: ${sharedPod}`, apart)]),
    ...(isDeepStrictEqual(after, processes[0]?.after)
      ? []
      : [refused(`${path}.after`, `differs from that of ${processes[0]?.path}: ${sharedPod}`, onGroup)]),
    ...(after.some(({ key }) => together.has(key))
      ? [refused(`${path}.after`, `names a process of its own group: ${sharedPod}`, apart)]
      : []),
  ]);
}

function maxRestartsNotes(
  { path, restart }: Pick<ResolvedProcess, 'path' | 'restart'>,
  processesOfPod: number,
  restartPolicy: PodSettings['restartPolicy'],
): PlanNote[] {
  const at = `${path}.maxRestarts`;
  if (restart === 'never') return [];
  if (restartPolicy !== undefined) {
    return [{ verdict: 'not-enforced', path: at, message: 'not enforced: kube.restartPolicy counts no restarts' }];
  }
  if (processesOfPod === 1) return [];
  return [refused(at, `is not possible: ${sharedPod}`, apart)];
}

const sharedPod = 'the processes of a group are one pod, and a container cannot be started, restarted or ended alone';
const onGroup = 'Set it on the group, or put the process into a group of its own, or outside any group.';
const apart = 'Put the process into a group of its own, or outside any group.';

function refused(path: string, message: string, hint?: string): PlanNote {
  return { verdict: 'refused', path, message, ...(hint === undefined ? {} : { hint }) };
}
