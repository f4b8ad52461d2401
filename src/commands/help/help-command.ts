import { Command } from 'commander';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { suggestion } from '../../engine/text/suggestion.ts';
import { throwParseEnd } from '../program/usage-error.ts';
import { helpTopics } from './help-topic.ts';

const maxWidth = 100;
const usualWidth = 80;

/** Replaces commander's own, which shows the whole help for a command that does not exist, and knows no topics. */
export function helpCommand(program: Command): Command {
  return throwParseEnd(new Command('help').copyInheritedSettings(program))
    .helpOption('-h, --help', 'explain this command')
    .description('explain a command or a topic')
    .argument('[command-or-topic...]', helpTopics.map(({ name }) => name).join(', '))
    .action((words: readonly string[]) => explain(program, words));
}

/** The end of the program's help. */
export function helpFooter(program: string): string {
  const rows = [['COMMAND', 'explain a command'], ...helpTopics.map(({ name, summary }) => [name, summary])];
  const width = Math.max(...rows.map(([word = '']) => word.length));
  const lines = rows.map(([word = '', meaning = '']) => `  ${program} help ${word.padEnd(width)}  ${meaning}`);
  return `\nMore:\n${lines.join('\n')}`;
}

async function explain(program: Command, words: readonly string[]): Promise<void> {
  const [word, ...rest] = words;
  const topic = rest.length === 0 ? helpTopics.find(({ name }) => name === word) : undefined;
  if (topic === undefined) {
    findCommand(program, words).outputHelp();
    return;
  }
  const { renderText } = await import('./render-text.ts');
  const output = program.configureOutput();
  const width = Math.min(maxWidth, output.getOutHelpWidth?.() ?? usualWidth);
  output.writeOut?.(renderText(await topic.blocks(program.name()), width));
}

/** @throws SymphonyError `usage` with similar names */
function findCommand(program: Command, words: readonly string[]): Command {
  let found = program;
  for (const word of words) {
    const { commands } = found;
    const next = commands.find((command) => command.name() === word || command.aliases().includes(word));
    if (next === undefined) {
      const names = commands.flatMap((command) => [command.name(), ...command.aliases()]);
      const known = found === program ? [...names, ...helpTopics.map(({ name }) => name)] : names;
      throw new SymphonyError('usage', `Unknown command '${word}'.`, { hint: suggestion(word, known) });
    }
    found = next;
  }
  return found;
}
