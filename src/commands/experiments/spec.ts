import { chooseExperiment } from '../names/experiment-name.ts';
import { print } from '../output/print.ts';
import type { CommandDefinition } from '../program/command.ts';

export const spec: CommandDefinition = {
  name: 'spec',
  group: 'Experiments',
  configure: (command) =>
    command
      .description('print the declaration an experiment was launched with, as YAML')
      .argument('[experiment]', 'by default the current one'),
  async run(args, context) {
    const cluster = await context.cluster();
    const declared = await cluster.spec(await chooseExperiment(context, cluster, args.experiment));
    if (context.output === 'json' || context.output === 'name') {
      return print(context, { data: declared, names: () => [declared.name], table: () => [] });
    }
    const { specToYaml } = await import('../../engine/spec/print-spec.ts');
    await context.write(await specToYaml(declared));
  },
};
