import { type TimedLine, TimedLineSplitter } from '../../kit/logs/timed-lines.ts';
import { readTimedLog, readTimedTail, type TimedLog } from '../../kit/logs/timed-log.ts';
import { TimedPosition } from '../../kit/logs/timed-position.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { FrameLineSplitter } from './frame-lines.ts';

/** The log of a container, by its id or name. @param tty whether it has a terminal */
export function containerLog(client: EngineClient, id: string, tty: boolean): TimedLog {
  return {
    open: ({ follow, tail, sinceTime }, signal) => {
      const since = sinceTime === undefined ? {} : { since: String(Date.parse(sinceTime) / 1000) };
      return client.logs(id, { ...(follow && { follow }), ...(tail === undefined ? {} : { tail }), ...since }, signal);
    },
    splitter: (limit) => (tty ? new TimedLineSplitter(limit) : new FrameLineSplitter(limit)),
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

/** When a container last wrote a line, in milliseconds since 1970; 0 if it has written none. */
export async function lastLineTime(client: EngineClient, id: string, signal: AbortSignal): Promise<number> {
  const tty = (await client.inspect(id, signal))?.Config.Tty ?? false;
  const lines = await readTimedTail(containerLog(client, id, tty), { tail: 1, signal });
  const time = Date.parse(lines.at(-1)?.time ?? '');
  return Number.isNaN(time) ? 0 : time;
}
