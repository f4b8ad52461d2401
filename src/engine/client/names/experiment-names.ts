import { prefixName } from '../../spec/names.ts';
import type { Experiment } from '../declaration/experiment.ts';

/** An experiment, or its name: the one that it has on the cluster, or the one that its author gave it, without the username. */
export type ExperimentOrName = Experiment | string;

/** Prefixes the username to a name, as a launch does, unless there is an experiment of that very name. */
export function ownName(wanted: string, existing: readonly string[], username: string): string {
  if (existing.includes(wanted)) return wanted;
  const prefixed = prefixName(username, wanted);
  return existing.includes(prefixed) ? prefixed : wanted;
}
