import { type TimedLine, TimedLineSplitter } from '../../kit/logs/timed-lines.ts';
import { readTimedLog, readTimedTail, type TimedLog } from '../../kit/logs/timed-log.ts';
import { TimedPosition } from '../../kit/logs/timed-position.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { FrameLineSplitter } from './frame-lines.ts';

/** The log of a container, by its id or name. @param tty whether it has a terminal */
export function containerLog(client: EngineClient, id: string, tty: boolean): TimedLog {
  let sendsParts = false;
  return {
    open: async ({ follow, tail, sinceTime }, signal) => {
      sendsParts = (await client.identity()).isPodman;
      const since = sinceTime === undefined ? {} : { since: String(Date.parse(sinceTime) / 1000) };
      // Podman loses the end of a line that is the first of the last ones if the process has not ended the line after it.
      const last = tail === undefined || sendsParts ? {} : { tail };
      return client.logs(id, { ...(follow && { follow }), ...last, ...since }, signal);
    },
    splitter: (limit) => (tty ? new TimedLineSplitter(limit) : new FrameLineSplitter(limit, { sendsParts })),
  };
}

/** The lines of a container from its beginning until it ends. */
export async function* followLines(
  client: EngineClient,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<readonly TimedLine[]> {
  const tty = (await client.inspect(id))?.Config.Tty ?? false;
  yield* readTimedLog(containerLog(client, id, tty), { follow: true, position: new TimedPosition(), signal });
}

/**
 * When a container last wrote a line, in milliseconds since 1970.
 * @param since so much is known already; 0 if nothing is. It is returned if there is no later line
 */
export async function lastLineTime(
  client: EngineClient,
  id: string,
  { since, signal }: { readonly since: number; readonly signal: AbortSignal },
): Promise<number> {
  const tty = (await client.inspect(id, signal))?.Config.Tty ?? false;
  const from = since === 0 ? {} : { since: new Date(since) };
  const lines = await readTimedTail(containerLog(client, id, tty), { tail: 1, ...from, signal });
  const time = Date.parse(lines.at(-1)?.time ?? '');
  return Number.isNaN(time) ? since : Math.max(time, since);
}
