import type { ExperimentStatus } from '../../../engine/contract/status.ts';
import type { AppState } from '../store/state.ts';

/** The name of the shown cluster: the backend, and which of its clusters. `local`, `BACKEND (PLACE)`. */
export function clusterName({ cluster }: Pick<AppState, 'cluster'>): string {
  return cluster === undefined ? 'symphony' : withPlace(cluster.backend, cluster.place);
}

/** The name of an experiment, and its place within its cluster: `rl`, `rl (PLACE)`. */
export function experimentName({ model }: Pick<AppState, 'model'>, name: string): string {
  return withPlace(name, model.get(name)?.experiment.place);
}

/** Whether any experiment has a place. */
export function havePlaces(experiments: readonly Pick<ExperimentStatus, 'place'>[]): boolean {
  return experiments.some(({ place }) => place !== undefined);
}

function withPlace(name: string, place: string | undefined): string {
  return place === undefined ? name : `${name} (${place})`;
}
