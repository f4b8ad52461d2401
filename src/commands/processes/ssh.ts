import { chooseTarget } from '../names/choose-targets.ts';
import type { CommandDefinition } from '../program/command.ts';
import { shellExitCode } from '../program/exit-code.ts';
import { ownStreams } from '../shared/streams.ts';

export const ssh: CommandDefinition = {
  name: 'ssh',
  aliases: ['shell'],
  group: 'Processes',
  passesExitCode: true,
  needsTerminal: true,
  configure: (command) =>
    command
      .description("open a shell with a process's environment, in its folder")
      .argument('<target>', 'process or group/process')
      .argument('[experiment]', 'by default the current one'),
  async run(args, context) {
    const { capability, experiment, chosen } = await chooseTarget(context, 'shell', {
      experiment: args.experiment,
      target: args.target,
    });
    const restoreInterrupts = context.ignoreInterrupts();
    try {
      const options = { streams: ownStreams(context.terminal), signal: context.signal };
      return shellExitCode(await capability.shell(experiment, chosen, options));
    } finally {
      restoreInterrupts();
    }
  },
};
