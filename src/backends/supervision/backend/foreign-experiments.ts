import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';

/** An experiment that another machine or user runs. It is listed, and cannot be changed from here. */
export interface ForeignExperiment {
  /** The name of that machine. */
  readonly host: string;
  readonly snapshot: ExperimentSnapshot;
}

/**
 * Gives foreign experiments whose name another experiment has, too, the name `NAME@HOST`, because a cluster shows each name
 * once, and a command that names one's own experiment must find it.
 * @param own the names of one's own experiments, which stay
 */
export function distinctNames(
  foreign: readonly ForeignExperiment[],
  own: readonly string[],
): readonly ForeignExperiment[] {
  const taken = new Set(own);
  return foreign.map((experiment) => {
    const { name } = experiment.snapshot.experiment;
    const qualified = `${name}@${experiment.host}`;
    let free = taken.has(name) ? qualified : name;
    for (let number = 2; taken.has(free); number++) free = `${qualified}-${number}`;
    taken.add(free);
    return free === name ? experiment : renamed(experiment, free);
  });
}

function renamed({ host, snapshot }: ForeignExperiment, name: string): ForeignExperiment {
  const { experiment, processes } = snapshot;
  return {
    host,
    snapshot: {
      ...snapshot,
      experiment: { ...experiment, name },
      processes: processes.map((status) => ({ ...status, experiment: name })),
    },
  };
}
