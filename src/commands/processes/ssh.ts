import { requireCapability } from '../../engine/client/cluster.ts';
import { chooseExperiment } from '../names/experiment-name.ts';
import { chooseProcess } from '../names/process-targets.ts';
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
      .argument('<target>', 'process or group/process'),
  async run(args, context) {
    const cluster = await context.cluster();
    const capability = requireCapability(cluster, 'shell');
    const experiment = await chooseExperiment(context, cluster, args.experiment);
    const chosen = await chooseProcess(context, await cluster.listProcesses(experiment), args.target);
    const restoreInterrupts = context.ignoreInterrupts();
    try {
      const options = { streams: ownStreams(context.terminal), signal: context.signal };
      return shellExitCode(await capability.shell(experiment, chosen, options));
    } finally {
      restoreInterrupts();
    }
  },
};
