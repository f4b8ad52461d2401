import { type Command, CommanderError } from 'commander';
import type { ReadCommand } from '../../app/index.ts';
import { deleteExperiment } from '../experiments/delete.ts';
import { deleteBatch } from '../experiments/delete-batch.ts';
import { switchExperiment } from '../experiments/switch-experiment.ts';
import { logOptions, logs } from '../processes/logs.ts';
import { restart } from '../processes/restart.ts';
import { stop } from '../processes/stop.ts';
import type { CommandDefinition, ParsedArguments } from '../program/command.ts';
import { createProgram } from '../program/create-program.ts';
import { usageError } from '../program/usage-error.ts';
import { splitWords } from './split-words.ts';

/**
 * Commands that the full-screen interface implements itself, by their action: a program's own command of the same name has
 * another action, and is run.
 */
const ownActions = new Map<CommandDefinition['run'], NonNullable<ReadCommand['does']>>([
  [deleteExperiment.run, 'delete'],
  [deleteBatch.run, 'delete-batch'],
  [logs.run, 'logs'],
  [restart.run, 'restart'],
  [stop.run, 'stop'],
]);

/** Arguments that name a part of an experiment. A name means the same in every command. */
const withinExperiment = ['experiment', 'target', 'targets', 'source', 'destination', 'service'];

/**
 * Parses a command line as its command would, without running it.
 * @throws SymphonyError `usage` if the command would refuse it
 */
export async function readCommandLine(commands: readonly CommandDefinition[], line: string): Promise<ReadCommand> {
  const words = splitWords(line);
  let read: { readonly definition: CommandDefinition; readonly args: ParsedArguments } | undefined;
  const program = createProgram({
    name: 'symphony',
    version: '',
    commands,
    runCommand: async (definition, args) => {
      read = { definition, args };
    },
  });
  silence(program);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error, '');
  }
  // A help or a version concerns no experiment.
  if (read === undefined) return { words, name: 'help', needsTerminal: false, takesExperiment: false, args: {} };
  const { definition, args } = read;
  const declared = program.commands.find((command) => command.name() === definition.name);
  const does = ownActions.get(definition.run);
  return {
    words,
    name: definition.name,
    ...(does === undefined ? {} : { does }),
    needsTerminal: definition.needsTerminal ?? false,
    // Without a name, `switch-experiment` shows the current one.
    takesExperiment:
      (definition.wrapped ?? definition.run) !== switchExperiment.run &&
      (declared?.registeredArguments ?? []).some((argument) => withinExperiment.includes(argument.name())),
    ...(typeof args.experiment === 'string' ? { experiment: args.experiment } : {}),
    ...(typeof args.backend === 'string' ? { backend: args.backend } : {}),
    // Parsed as the command does, so that what it refuses is refused here.
    args: definition.run === logs.run ? { ...args, ...logOptions(args) } : args,
  };
}

/** Discards help output, which would otherwise go to this process's own streams. */
function silence(command: Command): void {
  command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  for (const one of command.commands) silence(one);
}
