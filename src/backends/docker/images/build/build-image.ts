import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ActionOptions } from '../../../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../../../engine/contract/errors.ts';
import { formatBytes } from '../../../../engine/text/quantities.ts';
import type { EngineClient } from '../../api/engine-client.ts';
import { EngineError } from '../../api/engine-error.ts';
import { labels } from '../../containers/labels.ts';
import { allRegistryAuths } from '../registry-auth.ts';
import { type BuildContext, contextArchive } from './build-context.ts';
import { buildFailure } from './build-failure.ts';
import type { BuildJob } from './build-jobs.ts';
import type { BuildReader } from './build-progress.ts';
import { BuildSession } from './build-session.ts';
import { BuildKitReader } from './buildkit-reader.ts';
import { ClassicReader } from './classic-reader.ts';

/**
 * Builds an image on an engine, with BuildKit where the engine has it. An abort ends the build there.
 * @param experiment its name, for the label of the image
 * @throws SymphonyError `failed` naming the step, its command and its last output; `invalid-spec` for an unknown target
 */
export async function buildImage(
  client: EngineClient,
  job: BuildJob,
  context: BuildContext,
  { experiment, signal, onProgress }: ActionOptions & { readonly experiment: string },
): Promise<void> {
  const { build, names, pull } = job;
  const { builderVersion, isPodman } = await client.identity();
  const builder = chooseBuilder(builderVersion, isPodman, process.env.DOCKER_BUILDKIT);
  const reader: BuildReader = builder === '2' ? new BuildKitReader() : new ClassicReader();
  const message = `Building image ${names[0]}`;
  onProgress?.({ message });
  let sent = 0;
  const report = () => {
    const at = reader.progress() ?? { detail: `sent ${formatBytes(sent)} of ${context.folder}` };
    onProgress?.({ message, ...at });
  };
  const archive = Readable.from(
    contextArchive(context, (bytes) => {
      sent += bytes;
      report();
    }),
  );
  const buildId = randomUUID();
  const fail = async (said: string) => {
    const dockerfileText = await readFile(context.dockerfilePath, 'utf8').catch(() => '');
    const { dockerfilePath } = context;
    return buildFailure({ build, image: names[0] ?? '', dockerfilePath, dockerfileText, said, step: reader.step() });
  };
  const session = builder === '2' ? await BuildSession.open(client, signal) : undefined;
  try {
    const request = {
      names,
      dockerfile: context.dockerfile,
      target: build.target,
      args: build.args,
      labels: { [labels.image]: experiment },
      pull,
      builder,
      session: session?.id,
      registries: builder === '2' ? undefined : await allRegistryAuths(),
      buildId,
    };
    for await (const batch of await client.images.build(request, archive, signal)) {
      for (const said of batch) {
        reader.read(said);
        const error = said.errorDetail?.message ?? said.error;
        if (error !== undefined) throw await fail(error);
      }
      report();
    }
  } catch (error) {
    if (signal?.aborted && builder === '2') await client.images.cancelBuild(buildId).catch(() => undefined);
    // Podman and newer engines refuse some Dockerfiles before they begin.
    if (error instanceof EngineError) throw await fail(error.said);
    throw archive.errored instanceof SymphonyError ? archive.errored : error;
  } finally {
    archive.destroy();
    session?.close();
  }
}

/**
 * The builder to use: `2` is BuildKit.
 * @param offered what the engine builds with by default
 * @param wanted the variable DOCKER_BUILDKIT, which the docker command obeys as well
 */
export function chooseBuilder(offered: string | undefined, isPodman: boolean, wanted: string | undefined): '1' | '2' {
  if (isPodman) return '1';
  if (wanted !== undefined && wanted !== '') return /^(0|f|false)$/i.test(wanted) ? '1' : '2';
  return offered === '2' ? '2' : '1';
}
