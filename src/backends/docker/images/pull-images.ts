import type { ActionOptions } from '../../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { withHint } from '../../../engine/text/sentences.ts';
import type { EngineClient } from '../api/engine-client.ts';
import type { DockerExperiment } from '../section/docker-experiment.ts';
import type { PullPolicy } from '../section/section-types.ts';
import { pullImage } from './pull-image.ts';

/**
 * Pulls the images of an experiment that the engine does not have, or that are always pulled, each once.
 * @param built the names of images that were built for it, which are not pulled
 * @throws SymphonyError `invalid-spec` with the place of an image that is missing and never pulled, `failed`
 */
export async function pullImages(
  client: EngineClient,
  { processes }: DockerExperiment,
  built: ReadonlySet<string>,
  options: ActionOptions,
): Promise<void> {
  const wanted = new Map<string, { readonly pull: PullPolicy; readonly path: string }>();
  for (const { resolved, settings, build } of processes) {
    const { image, path } = resolved;
    if (image === null || build !== undefined || built.has(image)) continue;
    if (wanted.get(image)?.pull === 'always') continue;
    wanted.set(image, { pull: settings.pull, path });
  }
  for (const [image, { pull, path }] of wanted) {
    const isThere = (await client.images.inspect(image, options.signal)) !== undefined;
    if (isThere && pull !== 'always') continue;
    if (pull === 'never') {
      const message = `${path}.image: the engine does not have ${image}, and docker.pull is never.`;
      throw new SymphonyError('invalid-spec', message, { hint: `Build or pull it first: docker pull ${image}` });
    }
    await pullImage(client, image, options).catch((error: unknown) => {
      if (!isThere || !(error instanceof SymphonyError) || error.code !== 'failed') throw error;
      const hint = 'The engine has an image of this name, which docker: { pull: missing } uses.';
      throw new SymphonyError(error.code, error.message, {
        hint: error.hint === undefined ? hint : withHint(error.hint, hint),
        cause: error,
      });
    });
  }
}
