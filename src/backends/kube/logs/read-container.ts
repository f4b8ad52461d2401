import type { KubeClient } from '../api/kube-client.ts';
import type { ContainerName } from '../inside/container.ts';
import { type LogPosition, toSecond } from './log-position.ts';
import { openLog } from './log-stream.ts';
import { type TimedLine, TimedLineSplitter } from './timed-lines.ts';

export interface ReadOptions {
  readonly follow?: boolean;
  readonly previous?: boolean;
  /** Where it begins, unless something was read before. */
  readonly since?: Date | undefined;
  /** Where reading goes on; noted as lines are read. */
  readonly position: LogPosition;
  readonly signal?: AbortSignal | undefined;
}

/** Lines of one container, in batches as they come. A container that has none, or is not there, has no lines. */
export async function* readContainer(
  client: KubeClient,
  container: ContainerName,
  { follow, previous, since, position, signal }: ReadOptions,
): AsyncGenerator<readonly TimedLine[]> {
  const resumed = position.resume();
  const sinceTime = resumed?.sinceTime ?? (since && toSecond(since));
  const response = await openLog(client, container, { follow, previous, sinceTime }, signal);
  if (response === undefined) return;
  const from = resumed === undefined && since !== undefined ? since.getTime() : Number.NEGATIVE_INFINITY;
  const splitter = new TimedLineSplitter();
  const accept = (lines: readonly TimedLine[]): readonly TimedLine[] => {
    for (const line of lines) position.note(line);
    return from === Number.NEGATIVE_INFINITY ? lines : lines.filter(({ time }) => Date.parse(time) >= from);
  };
  const unread = (lines: readonly TimedLine[]) => resumed?.unread.take(lines) ?? lines;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      const lines = accept(unread(splitter.push(chunk)));
      if (lines.length > 0) yield lines;
    }
    // A piece without its end is whole when the container has ended; otherwise it comes again, whole.
    const last = follow ? [] : unread(splitter.flush());
    const rest = accept([...(resumed?.unread.rest() ?? []), ...last]);
    if (rest.length > 0) yield rest;
  } finally {
    response.destroy();
  }
}
