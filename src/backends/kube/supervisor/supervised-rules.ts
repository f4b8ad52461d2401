import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';

/** A rule that Kubernetes cannot keep by itself. */
export interface SupervisedRule {
  /** The field's place in the spec. */
  readonly path: string;
  /**
   * False for one that Kubernetes keeps in part: it restarts a container on its node, and only does not replace a pod
   * that is lost.
   */
  readonly isStrict: boolean;
}

type RuledExperiment = Pick<ResolvedExperiment, 'processes' | 'onFailure' | 'endsWith' | 'maxDuration'>;

/** The rules of an experiment that its supervisor keeps; empty if it needs none. Each place is named once. */
export function supervisedRules(experiment: RuledExperiment): SupervisedRule[] {
  const rules = new Map<string, SupervisedRule>();
  const add = (path: string, isStrict = true) => rules.set(path, { path, isStrict });
  if (experiment.onFailure !== 'continue') add('onFailure');
  if (experiment.endsWith !== null) add('endsWith');
  if (experiment.maxDuration !== null) add('maxDuration');
  for (const { path, after, restart, maxRestarts, maxDuration, alive } of experiment.processes) {
    if (after.length > 0) add(`${path}.after`);
    if (maxRestarts !== null && restart !== 'never') add(`${path}.maxRestarts`);
    if (maxDuration !== null) add(`${path}.maxDuration`);
    if (alive?.kind === 'silence') add(`${path}.alive`);
    if (restart !== 'never') add(`${path}.restart`, false);
  }
  return [...rules.values()];
}

/**
 * Whether the supervisor restarts a process, and not the node of its pod. A node counts no restarts, and restarts a
 * container too fast for anything to intervene; and a run that is ended because of a limit ends its pod.
 */
export function isRestartedBySupervisor({
  restart,
  maxRestarts,
  maxDuration,
  alive,
}: Pick<ResolvedProcess, 'restart' | 'maxRestarts' | 'maxDuration' | 'alive'>): boolean {
  return restart !== 'never' && (maxRestarts !== null || maxDuration !== null || alive?.kind === 'silence');
}

/** Whether a process is not created by the launch, because it waits for others. */
export function isWaiting({ after }: Pick<ResolvedProcess, 'after'>): boolean {
  return after.length > 0;
}
