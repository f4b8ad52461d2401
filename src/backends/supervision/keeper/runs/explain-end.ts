import type { RunEnding } from '../../../../engine/rules/process-runtime.ts';
import { explainNotFound } from '../../../../engine/shell/bash-words.ts';
import { describePreambleEnd } from '../../../../engine/shell/preamble-progress.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import { describeEnding } from '../../../../engine/text/describe-ending.ts';
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
  const { ready, preamble, command, shell } = resolvedProcess;
  const progress = preamble.length === 0 ? undefined : readProgress(traces.progressFile);
  const scripts = [...preamble, ...(typeof command === 'string' ? [command] : [])];
  const hint =
    ending.exitCode === 127 && scripts.length > 0
      ? explainNotFound({ shell, scripts }, ending.exitCode, lastOutput(traces))
      : undefined;
  const said = describePreambleEnd(progress, ending) ?? (hint === undefined ? undefined : describeEnding(ending));
  const reason = [said, hint].filter((part) => part !== undefined).join('; ');
  return {
    ending: reason === '' ? ending : { ...ending, reason },
    wasReady: ready.kind === 'started' && (progress?.isOver ?? false),
  };
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
