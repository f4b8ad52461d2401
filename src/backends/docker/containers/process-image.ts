import type { DockerProcess } from '../section/docker-experiment.ts';
import type { LaunchLabels } from './labels.ts';
import { builtImageName } from './object-names.ts';

/** The image of a process; null if it has none. A plan of such an experiment refuses it. */
export function imageOf(
  { resolved, build }: DockerProcess,
  launch: Pick<LaunchLabels, 'experiment' | 'owner'>,
): string | null {
  return build === undefined ? resolved.image : (build.image ?? builtImageName(launch, build.parts));
}
