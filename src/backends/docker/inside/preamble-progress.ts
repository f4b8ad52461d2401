import { buffer } from 'node:stream/consumers';
import { type PreambleProgress, parseProgress } from '../../../engine/shell/preamble-progress.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { progressFile } from '../containers/create-call.ts';

const block = 512;

/** How far the preamble in a container is; undefined if nothing is written down. */
export async function readPreambleProgress(
  client: EngineClient,
  id: string,
  signal?: AbortSignal,
): Promise<PreambleProgress | undefined> {
  const archive = await client.download(id, progressFile, signal);
  if (archive === undefined) return undefined;
  const bytes = await buffer(archive);
  const size = Number.parseInt(bytes.toString('latin1', 124, 135), 8);
  return parseProgress(bytes.toString('utf8', block, block + (size || 0)));
}
