import { registeredFacts } from '../../engine/contract/backend-registry.ts';
import { formatProcess } from '../../engine/contract/status.ts';
import { chooseExperiment } from '../names/experiment-name.ts';
import { print } from '../output/print.ts';
import { processColumns } from '../output/process-table.ts';
import { formatTable } from '../output/table.ts';
import type { CommandDefinition } from '../program/command.ts';
import { withMetrics } from '../shared/metrics.ts';

/** What the backends say about processes, for the help. */
const factNames = () => registeredFacts().map(({ title }) => title.toLowerCase());

export const listProcesses: CommandDefinition = {
  name: 'list-processes',
  aliases: ['process', 'p', 'lsp'],
  group: 'Processes',
  configure: (command) =>
    command
      .description(
        `list the processes of an experiment; -o wide adds ${['CPU', 'memory', 'ports', ...factNames()].join(', ')}`,
      )
      .argument('[experiment]', 'by default the current one')
      .option('--metrics', 'measure CPU and memory, which takes a second; -o wide does so too'),
  async run(args, context) {
    const cluster = await context.cluster();
    const experiment = await chooseExperiment(context, cluster, args.experiment);
    const measured = args.metrics || context.output === 'wide';
    const processes = measured
      ? await withMetrics(cluster, experiment, context.signal)
      : await cluster.listProcesses(experiment);
    await print(context, {
      data: processes,
      names: () => processes.map(formatProcess),
      table: (wide) => formatTable(processColumns(wide, Date.now()), processes, context.terminal.style),
    });
  },
};
