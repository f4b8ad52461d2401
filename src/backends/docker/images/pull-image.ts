import type { Progress } from '../../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { formatBytes } from '../../../engine/text/quantities.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { EngineError } from '../api/engine-error.ts';
import type { PullMessage } from '../api/engine-images.ts';
import { explainImageRefusal } from './explain-refusal.ts';
import { registryAuth, registryOf } from './registry-auth.ts';

/**
 * Pulls an image.
 * @throws SymphonyError `failed` with what the engine or the registry says, and what helps
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
  const layers = new PulledLayers();
  try {
    for await (const batch of await client.images.pull(withTag(name), await registryAuth(name), signal)) {
      for (const part of batch) {
        if (part.error !== undefined) throw cannotPull(name, part.error);
        layers.read(part);
      }
      const detail = layers.describe();
      if (detail !== undefined) onProgress?.({ message, detail });
    }
  } catch (error) {
    throw error instanceof EngineError ? cannotPull(name, error.said, error) : error;
  }
}

/** How far the layers of an image are. */
export class PulledLayers {
  /** In bytes, by the id of the layer. */
  readonly #layers = new Map<string, { readonly current: number; readonly total: number }>();
  #unpacks = false;

  read({ id, status, progressDetail }: PullMessage): void {
    if (status === 'Extracting') this.#unpacks = true;
    if (id === undefined || (status !== 'Downloading' && status !== 'Download complete')) return;
    const { current, total } = progressDetail ?? {};
    const known = this.#layers.get(id);
    if (current !== undefined && total !== undefined) this.#layers.set(id, { current, total });
    else if (status === 'Download complete' && known !== undefined)
      this.#layers.set(id, { current: known.total, total: known.total });
  }

  /** Undefined before anything is known. */
  describe(): string | undefined {
    const sum = (part: 'current' | 'total') => [...this.#layers.values()].reduce((all, layer) => all + layer[part], 0);
    const [current, total] = [sum('current'), sum('total')];
    if (this.#unpacks && current === total) return 'unpacking';
    return total === 0 ? undefined : `${formatBytes(current)} of ${formatBytes(total)}`;
  }
}

function cannotPull(name: string, said: string, cause?: unknown): SymphonyError {
  const { why, hint } = explainImageRefusal(said, registryOf(name) ?? 'the public registry');
  return new SymphonyError('failed', `The image ${name} cannot be pulled: ${why}.`, { hint, cause });
}

/** Without a tag or digest, an engine would pull every tag of the image. */
export function withTag(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') ? name : `${name}:latest`;
}
