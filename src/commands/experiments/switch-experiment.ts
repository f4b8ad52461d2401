import { SymphonyError } from '../../engine/contract/errors.ts';
import { chooseExperiment } from '../names/experiment-name.ts';
import { print } from '../output/print.ts';
import type { CommandDefinition } from '../program/command.ts';

export const switchExperiment: CommandDefinition = {
  name: 'switch-experiment',
  aliases: ['e', 'se'],
  group: 'Experiments',
  configure: (command) =>
    command
      .description('show the current experiment, or make another one current')
      .argument('[experiment]', 'the new current experiment')
      .option('-f, --force', 'do not check whether the experiment exists; needs the whole name')
      .option('--none', 'unset the current experiment'),
  async run(args, context) {
    const cluster = await context.cluster();
    if (args.none) return cluster.setExperiment(null);
    if (args.experiment === undefined && args.force) {
      throw new SymphonyError('usage', '--force is for a named experiment, and none is named.');
    }
    if (args.experiment !== undefined) {
      const name = args.force
        ? await cluster.nameOf(args.experiment)
        : await chooseExperiment(context, cluster, args.experiment);
      await cluster.setExperiment(name);
      context.note(`The current experiment on ${cluster.backend} is ${name}.`);
      return;
    }
    const current = await cluster.currentExperiment();
    if (current === null) {
      throw new SymphonyError('not-found', `No experiment is current on ${cluster.backend}.`, {
        hint: 'Choose one with: symphony switch-experiment NAME',
      });
    }
    await print(context, { data: { experiment: current }, names: () => [current], table: () => [current] });
  },
};
