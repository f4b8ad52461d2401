import { Option } from 'commander';
import { chooseExperiment } from '../names/experiment-name.ts';
import { print } from '../output/print.ts';
import type { CommandDefinition } from '../program/command.ts';
import { durationOption } from '../shared/option-values.ts';
import { withTimeLimit } from '../shared/time-limit.ts';
import { waitWithProgress } from '../shared/wait-with-progress.ts';

export const wait: CommandDefinition = {
  name: 'wait',
  group: 'Experiments',
  configure: (command) =>
    command
      .description('wait until an experiment is ready or done; fails as soon as that has become impossible')
      .argument('[experiment]', 'by default the current one')
      .addOption(
        new Option('--for <goal>', 'ready: every process is ready; done: the experiment is over')
          .choices(['ready', 'done'])
          .default('ready'),
      )
      .option('--timeout <duration>', 'fail after this time: 30s, 5m'),
  async run(args, context) {
    const timeout = args.timeout === undefined ? undefined : durationOption('--timeout', args.timeout);
    const cluster = await context.cluster();
    const choice = chooseExperiment(context, cluster, args.experiment);
    const name = await withTimeLimit(choice, timeout, `an answer of the ${cluster.backend} backend`);
    const snapshot = await waitWithProgress(context, cluster, name, {
      for: args.for,
      ...(timeout === undefined ? {} : { timeout }),
    });
    await print(context, {
      data: snapshot.experiment,
      names: () => [name],
      table: () => [`${name} is ${args.for}.`],
    });
  },
};
