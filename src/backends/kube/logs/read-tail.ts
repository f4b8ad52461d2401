import { cutMarker, cutStatesMarker } from '../../../engine/contract/logs.ts';
import { leastPieceBytes, type TimedLine, TimedLineSplitter } from '../../kit/logs/timed-lines.ts';
import { toSecond } from '../../kit/logs/timed-position.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { ContainerName } from '../api/resource-path.ts';
import { openLog } from './log-stream.ts';

export interface TailOptions {
  /** Lines. */
  readonly tail: number;
  readonly previous?: boolean;
  readonly since?: Date | undefined;
  /** Whether the container runs, so that a line without an end is read again once it is complete. */
  readonly isRunning?: boolean;
  /** @see LogOptions.lineLimit */
  readonly lineLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the last complete lines of a container. Kubernetes counts the pieces into which its runtime splits long lines:
 * one extra piece is requested, whose beginning may be missing, and many more if that was not enough.
 */
export async function readTail(
  client: KubeClient,
  container: ContainerName,
  { tail, previous, since, isRunning = false, lineLimit, signal }: TailOptions,
): Promise<readonly TimedLine[]> {
  let before: readonly TimedLine[] | undefined;
  for (let pieces = tail + 1; ; pieces *= 8) {
    const query = { previous, tailLines: pieces, sinceTime: since && toSecond(since) };
    const lines = await readAll(client, container, query, { isRunning, lineLimit, signal });
    if (lines.length > tail || isAll(lines, pieces) || isSameStart(lines, before)) {
      const last = tail === 0 ? [] : lines.slice(-tail);
      return since === undefined ? last : last.filter(({ time }) => Date.parse(time) >= since.getTime());
    }
    before = lines;
  }
}

async function readAll(
  client: KubeClient,
  container: ContainerName,
  query: Parameters<typeof openLog>[2],
  { isRunning, lineLimit, signal }: Pick<TailOptions, 'isRunning' | 'lineLimit' | 'signal'>,
): Promise<readonly TimedLine[]> {
  const response = await openLog(client, container, query, signal);
  if (response === undefined) return [];
  const splitter = new TimedLineSplitter(lineLimit);
  const lines: TimedLine[] = [];
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) lines.push(...splitter.push(chunk));
    if (!isRunning) lines.push(...splitter.flush());
  } finally {
    response.destroy();
  }
  return lines;
}

/** Whether the log has fewer pieces than requested. */
function isAll(lines: readonly TimedLine[], asked: number): boolean {
  let pieces = 0;
  for (const { text } of lines) {
    if (text.endsWith(cutMarker) || text.startsWith(cutStatesMarker)) return false;
    pieces += Math.ceil(Buffer.byteLength(text) / leastPieceBytes) || 1;
  }
  return pieces < asked;
}

/** Whether a much larger request starts at the same line, so that these are all lines. */
function isSameStart(lines: readonly TimedLine[], before: readonly TimedLine[] | undefined): boolean {
  return before !== undefined && lines.length === before.length && lines[0]?.time === before[0]?.time;
}
