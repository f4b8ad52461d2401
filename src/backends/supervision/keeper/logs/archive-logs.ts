import { messageOf, SymphonyError } from '../../../../engine/contract/errors.ts';
import { parseProcessKey } from '../../../../engine/contract/process-key.ts';
import { formatProcess } from '../../../../engine/contract/status.ts';
import { encodeTimes, type GrowthMark, type LogContent } from '../../../../engine/history/log-index.ts';
import type { RecordedRun } from '../../../../engine/rules/process-runtime.ts';
import { endMarkLength, maxMarkBytes } from '../../../kit/logs/end-mark.ts';
import type { LogKeeping } from '../../runs/runner.ts';
import { LogFile } from './log-file.ts';
import { readTimeMarks, type TimeMark } from './log-position.ts';

export interface LogToArchive {
  /** See `processKey`. */
  readonly key: string;
  readonly path: string;
  /** Oldest first. */
  readonly runs: readonly Pick<RecordedRun, 'run' | 'logOffset'>[];
}

const chunkBytes = 256 * 1024;

/**
 * Copies the end of logs into the history, and nothing before it, however large they are. A log that cannot be read does
 * not affect the others.
 * @returns descriptions of what could not be kept
 * @throws the system's error if the history cannot be written to
 */
export async function archiveLogs(logs: readonly LogToArchive[], keeping: LogKeeping): Promise<readonly string[]> {
  if (keeping.logBytes === 0) return [];
  const notes: string[] = [];
  const { archive, logBytes, signal } = keeping;
  for (const log of logs) {
    const reference = parseProcessKey(log.key);
    const file = new LogFile(log.path);
    const note = (error: unknown) =>
      notes.push(`the log of ${formatProcess(reference)} could not be read: ${messageOf(error)}`);
    try {
      const segments = segmentsOf(file, log.runs, logBytes);
      const content = contentOf(segments, readTimeMarks(log.path));
      await archive.addLog(reference, content, readSegments(file, segments, { signal, onProblem: note }));
    } catch (error) {
      if (!(error instanceof SymphonyError)) throw error;
      note(error);
    } finally {
      file.close();
    }
  }
  return notes;
}

/** A part of a log that belongs to one run, by its offsets in the log. */
interface Segment {
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

/** The newest part of a log, from the beginning of a line, without the end marks of its runs. */
function segmentsOf(file: LogFile, runs: LogToArchive['runs'], limit: number): Segment[] {
  const kept = file.range();
  const cut = Math.max(kept.start, kept.end - limit);
  const start = cut > 0 ? file.lineStart(cut, kept.end) : 0;
  const inside = runs.filter(({ logOffset }) => logOffset > start && logOffset < kept.end);
  const first = runs.findLast(({ logOffset }) => logOffset <= start) ?? runs[0] ?? { run: 1, logOffset: 0 };
  const begins = [{ run: first.run, logOffset: start }, ...inside.filter(({ run }) => run !== first.run)];
  return begins.map(({ run, logOffset: from }, index) => {
    const to = begins[index + 1]?.logOffset ?? kept.end;
    const length = Math.min(maxMarkBytes, to - from);
    return { run, from, to: to - endMarkLength(file.read(to - length, length)) };
  });
}

/** Reads the parts one after the other. A log that cannot be read to its end is kept up to there. */
function* readSegments(
  file: LogFile,
  segments: readonly Segment[],
  { signal, onProblem }: { readonly signal: AbortSignal; readonly onProblem: (error: unknown) => void },
): Generator<Uint8Array> {
  for (const { from, to } of segments) {
    for (let at = from; at < to; ) {
      signal.throwIfAborted();
      let bytes: Buffer;
      try {
        bytes = file.read(at, Math.min(chunkBytes, to - at));
      } catch (error) {
        return onProblem(error);
      }
      if (bytes.length === 0) return onProblem('it is shorter than expected');
      yield bytes;
      at += bytes.length;
    }
  }
}

/** Converts offsets in the log to those in the copy. */
function contentOf(segments: readonly Segment[], marks: readonly TimeMark[]): LogContent {
  const starts: [run: number, offset: number][] = [];
  const times: GrowthMark[] = [];
  let copied = 0;
  let next = marks.findIndex(({ offset }) => offset > (segments[0]?.from ?? 0));
  for (const [index, { run, from, to }] of segments.entries()) {
    starts.push([run, copied]);
    const end = segments[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    for (; next >= 0 && next < marks.length; next += 1) {
      const { time, offset } = marks[next] as TimeMark;
      if (offset > end) break;
      times.push({ time, offset: copied + Math.min(offset, to) - from });
    }
    copied += to - from;
  }
  return { starts, times: encodeTimes(times), dropped: segments[0]?.from ?? 0 };
}
