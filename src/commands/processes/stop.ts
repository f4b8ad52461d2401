import { formatProcess } from '../../engine/contract/status.ts';
import { chooseTargets } from '../names/choose-targets.ts';
import type { CommandDefinition } from '../program/command.ts';

export const stop: CommandDefinition = {
  name: 'stop',
  group: 'Processes',
  configure: (command) =>
    command
      .description('end processes for good, with everything they started')
      .argument('<targets...>', 'process, group/process, or group/'),
  async run(args, context) {
    const options = { experiment: args.experiment, targets: args.targets };
    const { capability, experiment, chosen } = await chooseTargets(context, 'stop', options, 'Stop');
    await capability.stop(experiment, chosen, { signal: context.signal, onProgress: context.progress });
    context.note(`Stopped ${chosen.map(formatProcess).join(', ')}.`);
  },
};
