import { describeEnding, type Ending } from '../text/describe-ending.ts';

/** How far the preamble of a run is, as its shell has written it down. */
export type PreambleProgress =
  | { readonly isOver: true }
  /** `step` counts from 1; 0 where the steps cannot be told apart. `text` is the beginning of the step. */
  | { readonly isOver: false; readonly step: number; readonly steps: number; readonly text: string };

const mark = 'symphony-preamble';
const maxTextLength = 120;

/** What the shell writes down when the preamble is over. */
export const preambleOver = `${mark} over`;

/** The lines that the shell writes down before a step. */
export function progressLines(step: number, steps: number, command: string): readonly [string, string] {
  const [line = ''] = command.trim().split('\n');
  return [`${mark} ${step}/${steps}`, line.length > maxTextLength ? `${line.slice(0, maxTextLength)}…` : line];
}

/** Undefined if the text is not a progress, or was not written completely. */
export function parseProgress(written: string): PreambleProgress | undefined {
  if (written === `${preambleOver}\n`) return { isOver: true };
  const [, step, steps, text] = /^symphony-preamble (\d+)\/(\d+)\n(.*)\n$/.exec(written) ?? [];
  if (step === undefined || steps === undefined || text === undefined) return undefined;
  return { isOver: false, step: Number(step), steps: Number(steps), text };
}

/** Why a process is not ready, while its preamble runs. */
export function describeProgress(progress: PreambleProgress | undefined): string {
  if (progress === undefined || progress.isOver || progress.step === 0) return 'its preamble has not ended yet';
  return `its preamble has not ended yet: ${position(progress)}${progress.text}`;
}

/**
 * How a run ended that ended in its preamble, in words. Undefined if it did not, or if the preamble itself ended it
 * successfully.
 */
export function describePreambleEnd(progress: PreambleProgress | undefined, ending: Ending): string | undefined {
  if (progress === undefined || progress.isOver || ending.exitCode === 0) return undefined;
  const { reason: _, ...known } = ending;
  const how = known.exitCode === 127 ? 'exit code 127: a command was not found' : describeEnding(known);
  const said = `its preamble failed: ${how}`;
  return progress.step === 0 ? said : `${said}; it ended in ${position(progress)}${progress.text}`;
}

function position({ step, steps }: { readonly step: number; readonly steps: number }): string {
  return steps === 1 ? '' : `step ${step} of ${steps}: `;
}
