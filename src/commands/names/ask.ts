import { SymphonyError } from '../../engine/contract/errors.ts';
import type { CommandContext } from '../program/command.ts';

type Asker = Pick<CommandContext, 'terminal' | 'signal'>;

/** Asks a yes-or-no question. @throws SymphonyError `cannot-ask` without a terminal, `interrupted` */
export async function confirm(context: Asker, question: string, hint: string): Promise<boolean> {
  if (!context.terminal.canAsk)
    throw new SymphonyError('cannot-ask', `There is no terminal to ask on: ${question}`, { hint });
  const { confirm } = await import('@inquirer/prompts');
  return answer(confirm({ message: question, default: false }, streams(context)));
}

/** Asks for a choice of one. */
export async function select(context: Asker, question: string, choices: readonly string[]): Promise<string> {
  const { select } = await import('@inquirer/prompts');
  return answer(select({ message: question, choices: [...choices], pageSize: 12 }, streams(context)));
}

/** Questions go to stderr: stdout is for data. */
function streams({ terminal, signal }: Asker) {
  return { input: terminal.stdin, output: terminal.stderr, signal };
}

async function answer<Value>(question: Promise<Value>): Promise<Value> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof Error && /^(ExitPromptError|AbortPromptError)$/.test(error.name)) {
      throw new SymphonyError('interrupted', 'Interrupted.', { cause: error });
    }
    throw error;
  }
}
