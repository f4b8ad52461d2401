import type { Progress } from '../../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { registryAuth } from './registry-auth.ts';

/**
 * Pulls an image.
 * @throws SymphonyError `failed` with what the engine or the registry says
 */
export async function pullImage(
  client: EngineClient,
  name: string,
  {
    signal,
    onProgress,
  }: {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((progress: Progress) => void) | undefined;
  } = {},
): Promise<void> {
  const message = `Pulling image ${name}`;
  onProgress?.({ message });
  const layers = new Map<string, { readonly current: number; readonly total: number }>();
  for await (const batch of await client.images.pull(withTag(name), await registryAuth(name), signal)) {
    for (const { id, status, progressDetail, error } of batch) {
      if (error !== undefined) throw new SymphonyError('failed', `The image ${name} cannot be pulled: ${error}.`);
      const { current, total } = progressDetail ?? {};
      if (id === undefined || current === undefined || total === undefined || status !== 'Downloading') continue;
      layers.set(id, { current, total });
    }
    const sum = (part: 'current' | 'total') => [...layers.values()].reduce((all, layer) => all + layer[part], 0);
    if (layers.size > 0) onProgress?.({ message, done: sum('current'), total: sum('total') });
  }
}

/** Without a tag or digest, an engine would pull every tag of the image. */
export function withTag(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') ? name : `${name}:latest`;
}
