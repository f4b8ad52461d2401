import type { Cluster } from '../../engine/client/cluster.ts';
import type { ExperimentStatus } from '../../engine/contract/status.ts';

/** The place of an experiment and that of its cluster, ` in PLACE (CLUSTER)`, or nothing where there is only one place. */
export function formatPlace(cluster: Pick<Cluster, 'place'>, experiment: Pick<ExperimentStatus, 'place'> = {}): string {
  if (experiment.place === undefined) return cluster.place === undefined ? '' : ` in ${cluster.place}`;
  return ` in ${experiment.place}${cluster.place === undefined ? '' : ` (${cluster.place})`}`;
}
