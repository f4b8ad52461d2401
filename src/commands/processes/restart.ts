import { formatProcess } from '../../engine/contract/status.ts';
import { chooseTargets } from '../names/choose-targets.ts';
import type { CommandDefinition } from '../program/command.ts';

export const restart: CommandDefinition = {
  name: 'restart',
  group: 'Processes',
  configure: (command) =>
    command
      .description('end processes if they run, and start them again')
      .argument('<targets...>', 'process, group/process, or group/'),
  async run(args, context) {
    const options = { experiment: args.experiment, targets: args.targets };
    const { capability, experiment, chosen } = await chooseTargets(context, 'restart', options, 'Restart');
    await capability.restart(experiment, chosen, { signal: context.signal, onProgress: context.progress });
    context.note(`Restarted ${chosen.map(formatProcess).join(', ')}.`);
  },
};
