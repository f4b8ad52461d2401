import { setImmediate } from 'node:timers/promises';
import { type TimedLine, TimedLineSplitter } from '../../kit/logs/timed-lines.ts';
import { type TimedPosition, toSecond, type UnreadLines } from '../../kit/logs/timed-position.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { ContainerName } from '../api/resource-path.ts';
import { openLog } from './log-stream.ts';

export interface ReadOptions {
  readonly follow?: boolean;
  readonly previous?: boolean;
  /** The start time, unless the position is further. */
  readonly since?: Date | undefined;
  /** The position at which reading resumes; advanced by each line. */
  readonly position: TimedPosition;
  /**
   * Whether an answer is of the wanted run, which the log API does not say; asked before the first lines that do not
   * continue at the position. `isFirst`: nothing was read before. True by default.
   */
  readonly belongs?: (isFirst: boolean) => Promise<boolean>;
  /** Whether to yield the state of a line that has not ended yet, as far as it has arrived, as the last item of a batch. */
  readonly openLines?: boolean | undefined;
  /** @see LogOptions.lineLimit */
  readonly lineLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads the lines of one container in batches. A container without a log, or that does not exist, has no lines. */
export async function* readContainer(
  client: KubeClient,
  container: ContainerName,
  { follow, previous, since, position, belongs, openLines, lineLimit, signal }: ReadOptions,
): AsyncGenerator<readonly TimedLine[]> {
  const resumed = position.resume();
  const sinceTime = resumed?.sinceTime ?? (since && toSecond(since));
  const response = await openLog(client, container, { follow, previous, sinceTime }, signal);
  if (response === undefined) return;
  try {
    const batches = readLines(response, { withIncomplete: !follow, openLines, lineLimit });
    for await (const lines of unreadLines(batches, resumed?.unread, belongs)) {
      for (const line of lines) if (!line.isOpen) position.note(line);
      const wanted =
        resumed !== undefined || since === undefined
          ? lines
          : lines.filter(({ time }) => Date.parse(time) >= since.getTime());
      if (wanted.length > 0) yield wanted;
    }
  } finally {
    response.destroy();
  }
}

/**
 * @param withIncomplete whether to yield a last piece without a line end, because the container has ended. Otherwise the
 *   piece is read again once its line is complete.
 */
async function* readLines(
  chunks: AsyncIterable<Buffer>,
  {
    withIncomplete,
    openLines,
    lineLimit,
  }: Pick<ReadOptions, 'openLines' | 'lineLimit'> & {
    readonly withIncomplete: boolean;
  },
): AsyncGenerator<readonly TimedLine[]> {
  const splitter = new TimedLineSplitter(lineLimit);
  for await (const chunk of chunks) {
    const lines = splitter.push(chunk);
    const open = openLines ? splitter.changedOpenLine() : undefined;
    yield open === undefined ? lines : [...lines, open];
    // The server sends each line separately; waiting for one turn of the event loop batches them, which is much
    // cheaper.
    await setImmediate();
  }
  if (withIncomplete) yield splitter.flush();
}

async function* unreadLines(
  batches: AsyncIterable<readonly TimedLine[]>,
  unread: UnreadLines | undefined,
  belongs: ReadOptions['belongs'],
): AsyncGenerator<readonly TimedLine[]> {
  let isChecked = belongs === undefined;
  const isWanted = async (lines: readonly TimedLine[]) => {
    if (isChecked || lines.length === 0 || unread?.hasGap === false) return true;
    isChecked = true;
    return belongs?.(unread === undefined) ?? true;
  };
  for await (const batch of batches) {
    const lines = unread === undefined ? batch : unread.takeBatch(batch);
    if (!(await isWanted(lines))) return;
    yield lines;
  }
  const rest = unread?.rest() ?? [];
  if (await isWanted(rest)) yield rest;
}
