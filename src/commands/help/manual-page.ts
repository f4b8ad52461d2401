import type { Command, Option } from 'commander';
import type { HelpBlock } from './help-block.ts';
import { helpTopics } from './help-topic.ts';

/** The manual page of a program in roff, from the declarations of its commands and the help topics. */
export async function manualPage(program: Command, version: string): Promise<string> {
  const name = program.name();
  const help = program.createHelp();
  const topics = await Promise.all(
    helpTopics.map(async (topic) => [section(topic.name.replaceAll('-', ' ')), ...render(await topic.blocks(name))]),
  );
  return [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"`,
    section('name'),
    `${roff(name)} \\- ${roff(lowerFirst(program.description()).replace(/\.$/, ''))}`,
    section('synopsis'),
    `.B ${roff(name)}`,
    roff('[options] [command]'),
    section('options'),
    ...options(help.visibleOptions(program)),
    section('commands'),
    ...help.visibleCommands(program).flatMap((command) => commandLines(command, '')),
    ...topics.flat(),
    '',
  ].join('\n');
}

/** A command with the options that only it has, and its subcommands. */
function commandLines(command: Command, parent: string): readonly string[] {
  const help = command.createHelp();
  const name = `${parent}${command.name()}`;
  const own = help
    .visibleOptions(command)
    .filter((option) => option.helpGroupHeading === undefined && option.long !== '--help');
  const aliases = command.aliases();
  return [
    `.SS ${roff(`${name} ${command.usage()}`)}`,
    `${roff(upperFirst(command.description()))}.`,
    ...(aliases.length === 0 ? [] : [roff(`Also called ${aliases.join(', ')}.`)]),
    ...terms(
      command.registeredArguments
        .filter(({ description }) => description !== '')
        .map((argument) => [help.argumentTerm(argument), help.argumentDescription(argument)]),
    ),
    ...options(own),
    ...help.visibleCommands(command).flatMap((one) => commandLines(one, `${name} `)),
  ];

  function options(list: readonly Option[]): readonly string[] {
    return terms(list.map((option) => [help.optionTerm(option), help.optionDescription(option)]));
  }
}

function options(list: readonly Option[]): readonly string[] {
  return terms(list.map(({ flags, description }) => [flags, description]));
}

function render(blocks: readonly HelpBlock[]): readonly string[] {
  return blocks.flatMap((block) => {
    if ('heading' in block) return [`.SS ${roff(block.heading)}`];
    if ('text' in block) return ['.PP', roff(block.text)];
    if ('example' in block) return ['.PP', '.nf', ...block.example.split('\n').map(roff), '.fi'];
    return terms(block.terms);
  });
}

function terms(list: readonly (readonly [string, string])[]): readonly string[] {
  return list.flatMap(([term, meaning]) => ['.TP', `.B ${roff(term)}`, roff(meaning)]);
}

function section(title: string): string {
  return `.SH ${title.toUpperCase()}`;
}

/** A line that roff prints as it is: no request at its start, and plain hyphens. */
function roff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('…', '...').replaceAll('’', "'");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
