import { experimentColumns } from '../output/experiment-table.ts';
import { print } from '../output/print.ts';
import { formatTable } from '../output/table.ts';
import type { CommandDefinition } from '../program/command.ts';

export const listExperiments: CommandDefinition = {
  name: 'list-experiments',
  aliases: ['ls', 'lse'],
  group: 'Experiments',
  configure: (command) => command.description('list experiments with their state; * marks the current one'),
  async run(_args, context) {
    const cluster = await context.cluster();
    const [experiments, current] = await Promise.all([cluster.listExperiments(), cluster.currentExperiment()]);
    const where = `${cluster.backend}${cluster.place === undefined ? '' : ` (${cluster.place})`}`;
    if (experiments.length === 0) context.note(`No experiments on ${where}.`);
    else if (cluster.place !== undefined && context.terminal.forPeople) context.note(`Experiments on ${where}:`);
    await print(context, {
      data: experiments,
      names: () => experiments.map(({ name }) => name),
      table(wide) {
        if (experiments.length === 0) return [];
        const columns = experimentColumns(wide, { now: Date.now(), current });
        return formatTable(columns, experiments, context.terminal.style);
      },
    });
  },
};
