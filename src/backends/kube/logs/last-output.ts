import { text } from 'node:stream/consumers';
import type { KubeClient } from '../api/kube-client.ts';
import type { ContainerName } from '../api/resource-path.ts';
import { openLog } from './log-stream.ts';

/** Enough for the time of a line, and a part of its text. */
const maxBytes = 64;
const timeoutMilliseconds = 30_000;

/** What the log of a container says about its newest line. */
export type LastOutput =
  /** Milliseconds since 1970, by the clock of its node. */
  | { readonly kind: 'line'; readonly time: number }
  /** There is none: nothing was written, or the node has begun a new file since. */
  | { readonly kind: 'none' }
  /** The node or the server does not answer, or the container is gone. */
  | { readonly kind: 'unknown' };

/**
 * Asks when a container wrote last. The answer has a few bytes, however long the log is.
 * @param seconds a line must be newer, by the clock of the node; absent for any
 */
export async function lastOutput(
  client: KubeClient,
  container: ContainerName,
  { seconds, signal }: { readonly seconds?: number; readonly signal: AbortSignal },
): Promise<LastOutput> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]);
  const sinceSeconds = seconds === undefined ? {} : { sinceSeconds: Math.max(1, Math.ceil(seconds)) };
  try {
    const query = { tailLines: 1, limitBytes: maxBytes, ...sinceSeconds };
    const response = await openLog(client, container, query, limited);
    if (response === undefined) return { kind: 'unknown' };
    const answer = await text(response);
    const time = Date.parse(answer.split(/\s/, 1)[0] ?? '');
    if (!Number.isNaN(time)) return { kind: 'line', time };
    // A node that cannot read the log says so in its place.
    return { kind: answer === '' ? 'none' : 'unknown' };
  } catch {
    return { kind: 'unknown' };
  }
}
