import type { ProcessStatus } from '../../contract/status.ts';
import { ownName } from './experiment-names.ts';
import { isWholeTarget, matchWhole } from './match.ts';

/** Whether a word is the whole name of an experiment; the username and the place before it may be left out. */
export function namesExperiment(word: string, experiments: readonly string[], username: string): boolean {
  return matchWhole(ownName(word, experiments, username), experiments).length > 0;
}

export interface TargetsOfExperiment {
  readonly targets: readonly string[];
  /** The experiment that the last word names; undefined if all words are targets. */
  readonly experiment?: string;
}

/**
 * Tells an experiment after targets, as in `logs learner rl`, from one more target: the last word is the experiment if it is
 * the whole name of one, and not the whole name of a process, a group or a declaration with replicas.
 * @param processes those of the experiment that is meant unless the last word names another; none if there is no such
 */
export function splitExperimentWord(
  words: readonly string[],
  {
    processes,
    experiments,
    username,
  }: {
    readonly processes: readonly ProcessStatus[];
    readonly experiments: readonly string[];
    readonly username: string;
  },
): TargetsOfExperiment {
  const last = words.at(-1);
  if (last === undefined || isWholeTarget(processes, last)) return { targets: words };
  if (!namesExperiment(last, experiments, username)) return { targets: words };
  return { targets: words.slice(0, -1), experiment: last };
}
