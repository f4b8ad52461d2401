import { isWholeTarget, matchTarget, resolveTarget, resolveTargets } from '../../engine/client/names/match.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { formatProcess, type ProcessStatus, sameProcess } from '../../engine/contract/status.ts';
import { listNames } from '../../engine/text/suggestion.ts';
import type { CommandContext } from '../program/command.ts';
import { confirm, select } from './ask.ts';

type Chooser = Pick<CommandContext, 'terminal' | 'signal'>;

/** The one process that matches a target; asks if several match. */
export async function chooseProcess(
  context: Chooser,
  processes: readonly ProcessStatus[],
  target: string | undefined,
): Promise<ProcessStatus> {
  const matches = target === undefined ? [...processes] : matchTarget(processes, target);
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only;
  if (matches.length > 1 && context.terminal.canAsk) {
    const question = target === undefined ? 'Which process?' : `Which process is ${JSON.stringify(target)}?`;
    const chosen = await select(context, question, matches.map(formatProcess));
    return resolveTarget(processes, chosen);
  }
  if (target === undefined) {
    throw new SymphonyError('cannot-ask', 'No process is named.', {
      hint: `Name one of: ${listNames(processes.map(formatProcess))}.`,
    });
  }
  return resolveTarget(processes, target);
}

/** All processes that targets name, each once, in the order of declaration; every process without a target. */
export async function chooseProcesses(
  context: Chooser,
  processes: readonly ProcessStatus[],
  targets: readonly string[],
): Promise<readonly ProcessStatus[]> {
  if (targets.length === 0) return processes;
  const wanted: ProcessStatus[] = [];
  for (const target of targets) {
    const found = isAmbiguous(processes, target)
      ? [await chooseProcess(context, processes, target)]
      : resolveTargets(processes, target);
    wanted.push(...found);
  }
  return processes.filter((status) => wanted.some((one) => sameProcess(one, status)));
}

/**
 * Processes to end. A target that is not a whole name needs confirmation, and is refused without a terminal.
 */
export async function chooseProcessesToEnd(
  context: Chooser,
  processes: readonly ProcessStatus[],
  targets: readonly string[],
  verb: string,
): Promise<readonly ProcessStatus[]> {
  const chosen = await chooseProcesses(context, processes, targets);
  const guessed = targets.filter((target) => !isAmbiguous(processes, target) && !isWholeTarget(processes, target));
  if (guessed.length === 0) return chosen;
  const names = chosen.map(formatProcess).join(', ');
  if (await confirm(context, `${verb} ${names}?`, `Write it out: ${names}`)) return chosen;
  throw new SymphonyError('failed', 'Nothing was done.');
}

function isAmbiguous(processes: readonly ProcessStatus[], target: string): boolean {
  try {
    resolveTargets(processes, target);
    return false;
  } catch (error) {
    return error instanceof SymphonyError && error.code === 'ambiguous';
  }
}
