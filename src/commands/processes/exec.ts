import { chooseTarget } from '../names/choose-targets.ts';
import type { CommandDefinition } from '../program/command.ts';
import { shellExitCode } from '../program/exit-code.ts';
import { ownStreams } from '../shared/streams.ts';

export const exec: CommandDefinition = {
  name: 'exec',
  aliases: ['x'],
  group: 'Processes',
  passesExitCode: true,
  configure: (command) =>
    command
      .description("run a command with a process's environment, in its folder: exec TARGET -- CMD ARG…")
      .argument('<target>', 'process or group/process')
      .argument('<command...>', 'the command, after --'),
  async run(args, context) {
    const { capability, experiment, chosen } = await chooseTarget(context, 'exec', {
      experiment: args.experiment,
      target: args.target,
    });
    const streams = ownStreams(context.terminal);
    // On a terminal, ctrl-c goes to the command that runs in it.
    const restoreInterrupts = streams.terminal ? context.ignoreInterrupts() : () => {};
    try {
      const options = { streams, signal: context.signal };
      return shellExitCode(await capability.exec(experiment, chosen, args.command, options));
    } finally {
      restoreInterrupts();
    }
  },
};
