import type { RunEnding } from '../../../../engine/rules/process-runtime.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import { explainEnd as explain, wantsOutput } from '../../runs/explain-end.ts';
import { LogFile } from '../logs/log-file.ts';
import { readProgress } from './preamble-progress.ts';

/** The end of a log that can name the command that was not found. */
const readBytes = 4096;

export interface RunTraces {
  readonly progressFile: string;
  readonly logFile: string;
  /** Offset in the log at which the run's output begins. */
  readonly logOffset: number;
}

/** Adds to the end of the newest run what its preamble and its output say about it. */
export function explainEnd(
  resolvedProcess: Pick<ResolvedProcess, 'ready' | 'preamble' | 'command' | 'shell'>,
  ending: RunEnding,
  traces: RunTraces,
): { readonly ending: RunEnding; readonly wasReady: boolean } {
  const progress = resolvedProcess.preamble.length === 0 ? undefined : readProgress(traces.progressFile);
  const output = wantsOutput(resolvedProcess, ending) ? lastOutput(traces) : '';
  return explain(resolvedProcess, ending, { progress, output });
}

/** Empty if the log cannot be read: the end itself matters more. */
function lastOutput({ logFile, logOffset }: RunTraces): string {
  const file = new LogFile(logFile);
  try {
    const { start, end } = file.range();
    const from = Math.max(start, logOffset, end - readBytes);
    return file.read(from, end - from).toString('utf8');
  } catch {
    return '';
  } finally {
    file.close();
  }
}
