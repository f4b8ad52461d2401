import type { RunEnding } from '../../../engine/rules/process-runtime.ts';
import { explainNotFound } from '../../../engine/shell/bash-words.ts';
import { describePreambleEnd, type PreambleProgress } from '../../../engine/shell/preamble-progress.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { describeEnding } from '../../../engine/text/describe-ending.ts';

type ExplainedProcess = Pick<ResolvedProcess, 'ready' | 'preamble' | 'command' | 'shell'>;

export interface RunTraces {
  /** How far the preamble was; undefined if that is unknown, or there is none. */
  readonly progress: PreambleProgress | undefined;
  /** The end of what the run wrote, which can name a command that was not found. Only read if `wantsOutput` says so. */
  readonly output: string;
}

/** Whether the output of a run can explain its end. */
export function wantsOutput(member: ExplainedProcess, { exitCode }: Pick<RunEnding, 'exitCode'>): boolean {
  return exitCode === 127 && scriptsOf(member).length > 0;
}

/** Adds to the end of the newest run what its preamble and its output say about it. */
export function explainEnd(
  member: ExplainedProcess,
  ending: RunEnding,
  { progress, output }: RunTraces,
): { readonly ending: RunEnding; readonly wasReady: boolean } {
  const { ready, shell } = member;
  const hint = wantsOutput(member, ending)
    ? explainNotFound({ shell, scripts: scriptsOf(member) }, ending.exitCode, output)
    : undefined;
  const said = describePreambleEnd(progress, ending) ?? (hint === undefined ? undefined : describeEnding(ending));
  const reason = [said, hint].filter((part) => part !== undefined).join('; ');
  return {
    ending: reason === '' ? ending : { ...ending, reason },
    wasReady: ready.kind === 'started' && (progress?.isOver ?? false),
  };
}

function scriptsOf({ preamble, command }: Pick<ResolvedProcess, 'preamble' | 'command'>): string[] {
  return [...preamble, ...(typeof command === 'string' ? [command] : [])];
}
