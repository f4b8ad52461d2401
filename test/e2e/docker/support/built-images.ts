import { findEndpoint } from '../../../../src/backends/docker/api/connection/find-endpoint.ts';
import { EngineApi } from '../../../../src/backends/docker/api/engine-api.ts';
import { labels } from '../../../../src/backends/docker/containers/labels.ts';

/** The names of the images that were built for an experiment. */
export function builtImages(experiment: string): Promise<readonly string[]> {
  return withApi(async (api) => {
    const query = { filters: { label: [`${labels.image}=${experiment}`] } };
    const request = { path: '/images/json', query, operation: 'list images' };
    const images = await api.request<readonly { readonly RepoTags: readonly string[] | null }[]>(request);
    return images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => name !== '<none>:<none>');
  });
}

export async function removeBuiltImages(experiment: string): Promise<void> {
  const names = await builtImages(experiment);
  await withApi(async (api) => {
    for (const name of names) {
      const request = { path: `/images/${name}`, query: { force: true }, operation: 'remove an image' };
      await api.request({ ...request, method: 'DELETE' });
    }
  });
}

async function withApi<Result>(use: (api: EngineApi) => Promise<Result>): Promise<Result> {
  const api = new EngineApi(await findEndpoint());
  try {
    return await use(api);
  } finally {
    api.close();
  }
}
