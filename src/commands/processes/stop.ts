import { requireCapability } from '../../engine/client/cluster.ts';
import { formatProcess } from '../../engine/contract/status.ts';
import { chooseExperiment } from '../names/experiment-name.ts';
import { chooseProcessesToEnd } from '../names/process-targets.ts';
import type { CommandDefinition } from '../program/command.ts';

export const stop: CommandDefinition = {
  name: 'stop',
  group: 'Processes',
  configure: (command) =>
    command
      .description('end processes for good, with everything they started')
      .argument('<targets...>', 'process, group/process, or group/'),
  async run(args, context) {
    const cluster = await context.cluster();
    const capability = requireCapability(cluster, 'stop');
    const experiment = await chooseExperiment(context, cluster, args.experiment);
    const processes = await chooseProcessesToEnd(
      context,
      await cluster.listProcesses(experiment),
      args.targets,
      'Stop',
    );
    await capability.stop(experiment, processes, { signal: context.signal, onProgress: context.progress });
    context.note(`Stopped ${processes.map(formatProcess).join(', ')}.`);
  },
};
