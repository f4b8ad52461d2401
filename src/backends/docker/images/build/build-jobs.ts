import { imageOf } from '../../containers/process-image.ts';
import type { DeclaredBuild } from '../../section/declared-builds.ts';
import type { DockerExperiment } from '../../section/docker-experiment.ts';

/** An image to build, with all its names. */
export interface BuildJob {
  readonly build: DeclaredBuild;
  readonly names: readonly string[];
  /** Whether the images that it builds on are pulled even if the engine has them. */
  readonly pull: boolean;
}

/** The builds of an experiment. What several processes declare alike is one, with the names that they give it. */
export function buildJobs({ resolved, processes }: DockerExperiment, owner: string): BuildJob[] {
  const jobs = new Map<string, BuildJob>();
  for (const member of processes) {
    const { build, settings } = member;
    const image = imageOf(member, { experiment: resolved.name, owner });
    if (build === undefined || image === null) continue;
    const { names = [], pull = false, ...first } = jobs.get(build.key) ?? { build };
    jobs.set(build.key, {
      ...first,
      names: [...new Set([...names, image])],
      pull: pull || settings.pull === 'always',
    });
  }
  return [...jobs.values()];
}
