import type { LogLine } from '../../../engine/contract/logs.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import type { TextPart } from '../../shell/context/context.ts';
import { sanitizeLine } from '../../shell/text/sanitize.ts';
import { plainLine } from './log-lines.ts';
import { extentOptions, type LogSession } from './reading/log-session.ts';

/**
 * Reads the complete logs of a session from the backend, including lines that the session does not hold. The session's filter
 * and time range apply. Ends at the current end of the logs.
 */
export async function* wholeLog(
  session: LogSession,
  { timestamps }: { readonly timestamps: boolean },
  signal: AbortSignal,
): AsyncGenerator<TextPart> {
  const { cluster, experiment, processes } = session.source;
  const extent = extentOptions(session.source, session.range);
  // A session that continued after a restart holds earlier runs too.
  const all = extent.all || hasRestarted(session);
  const options = { ...extent, all, timestamps: true, signal };
  const isMerged = processes.length > 1;
  for await (const batch of cluster.logBatches(experiment, processes, options)) {
    const lines: string[] = [];
    let read = 0;
    for (const line of batch) {
      if (isOlder(line)) continue;
      if (line.kind === 'line') read += 1;
      const { plain } = sanitizeLine(line.text);
      if (!session.shows({ kind: line.kind, source: 0, text: plain, plain, time: line.time })) continue;
      const name = isMerged ? formatProcess(line) : undefined;
      lines.push(plainLine({ kind: line.kind, plain, time: line.time }, name, timestamps));
    }
    yield { lines, read };
  }
  signal.throwIfAborted();

  /** Whether a line belongs to a run before the first run of the session. */
  function isOlder(line: LogLine): boolean {
    if (extent.all || !all) return false;
    return line.run < (session.firstRuns.get(formatProcess(line)) ?? Number.POSITIVE_INFINITY);
  }
}

function hasRestarted({ buffer, firstRuns, source }: LogSession): boolean {
  if (source.previous) return false;
  const first = Math.min(...firstRuns.values());
  return buffer.newestRun > first;
}
