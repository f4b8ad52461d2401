import { Argument } from 'commander';
import { commandLine } from '../../engine/text/advice.ts';
import { completionScript, shells } from '../completion/scripts.ts';
import type { CommandDefinition } from '../program/command.ts';

export const completion: CommandDefinition = {
  name: 'completion',
  group: 'Symphony',
  configure: (command) =>
    command
      .description(
        `print the script that lets a shell complete commands, experiments and processes: source <(${commandLine('completion bash')})`,
      )
      .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(shells)),
  run: (args, context) => context.write(completionScript(args.shell, context.program.name())),
};
