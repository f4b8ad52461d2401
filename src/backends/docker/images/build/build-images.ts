import type { ActionOptions } from '../../../../engine/contract/capabilities.ts';
import type { EngineClient } from '../../api/engine-client.ts';
import type { DockerExperiment } from '../../section/docker-experiment.ts';
import { openContext } from './build-context.ts';
import { buildImage } from './build-image.ts';
import { buildJobs } from './build-jobs.ts';

/**
 * Builds the images of an experiment, one after the other, each once. All contexts are checked first.
 * @param owner whose experiment it is, as `launchLabels` has it
 * @returns their names
 * @throws SymphonyError `invalid-spec` with the place of a context or Dockerfile that cannot be used, `failed`
 */
export async function buildImages(
  client: EngineClient,
  experiment: DockerExperiment,
  owner: string,
  options: ActionOptions,
): Promise<ReadonlySet<string>> {
  const { name } = experiment.resolved;
  const jobs = buildJobs(experiment, owner);
  const contexts = await Promise.all(jobs.map(async (job) => ({ job, context: await openContext(job.build) })));
  for (const { job, context } of contexts) await buildImage(client, job, context, { ...options, experiment: name });
  return new Set(jobs.flatMap(({ names }) => names));
}
