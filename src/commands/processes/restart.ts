import { requireCapability } from '../../engine/client/cluster.ts';
import { formatProcess } from '../../engine/contract/status.ts';
import { chooseExperiment } from '../names/experiment-name.ts';
import { chooseProcessesToEnd } from '../names/process-targets.ts';
import type { CommandDefinition } from '../program/command.ts';

export const restart: CommandDefinition = {
  name: 'restart',
  group: 'Processes',
  configure: (command) =>
    command
      .description('end processes if they run, and start them again')
      .argument('<targets...>', 'process, group/process, or group/'),
  async run(args, context) {
    const cluster = await context.cluster();
    const capability = requireCapability(cluster, 'restart');
    const experiment = await chooseExperiment(context, cluster, args.experiment);
    const listed = await cluster.listProcesses(experiment);
    const processes = await chooseProcessesToEnd(context, listed, args.targets, 'Restart');
    await capability.restart(experiment, processes, { signal: context.signal, onProgress: context.progress });
    context.note(`Restarted ${processes.map(formatProcess).join(', ')}.`);
  },
};
