import type { PlanNote } from '../../../engine/contract/plan.ts';
import { refuseRules } from '../../../engine/contract/rule-notes.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { PodSettings } from './kube-settings.ts';

/** Notes about rules of an experiment that its supervisor does not keep. */
export function experimentRuleNotes({ spec, onFailure }: Pick<ResolvedExperiment, 'spec' | 'onFailure'>): PlanNote[] {
  return [
    ...refuseRules(spec, ['endsWith', 'after', 'maxDuration'], notYet),
    ...(onFailure === 'continue' ? [] : [refused('onFailure', notYet)]),
  ];
}

const notYet = 'is not possible on Kubernetes yet';

/**
 * Notes about rules of the processes of one pod. A container cannot be started, ended or counted apart from the others of
 * its pod.
 */
export function podRuleNotes(processes: readonly ResolvedProcess[], { restartPolicy }: PodSettings): PlanNote[] {
  return processes.flatMap(({ path, restart, maxRestarts }) =>
    maxRestarts === null ? [] : maxRestartsNotes({ path, restart }, processes.length, restartPolicy),
  );
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

const sharedPod = 'the processes of a group are one pod, and a container of it cannot be restarted or ended alone';
const apart = 'Put the process into a group of its own, or outside any group.';

function refused(path: string, message: string, hint?: string): PlanNote {
  return { verdict: 'refused', path, message, ...(hint === undefined ? {} : { hint }) };
}
