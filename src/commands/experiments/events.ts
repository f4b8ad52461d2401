import { requireCapability } from '../../engine/client/require-capability.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import type { EventsOptions } from '../../engine/contract/events.ts';
import { formatProcess } from '../../engine/contract/status.ts';
import { formatJson } from '../../engine/text/format-json.ts';
import { chooseExperiment } from '../names/experiment-name.ts';
import { createEventRenderer, formatEventTable } from '../output/event-table.ts';
import { toYaml } from '../output/print.ts';
import type { CommandContext, CommandDefinition, ParsedArguments } from '../program/command.ts';
import { countOption, sinceOption } from '../shared/option-values.ts';

export const events: CommandDefinition = {
  name: 'events',
  group: 'Experiments',
  configure: (command) =>
    command
      .description('show what happened to an experiment, oldest first; -o json prints one object a line')
      .argument('[experiment]', 'by default the current one')
      .option('-f, --follow', 'continue with new events, until the experiment is deleted')
      .option('-n, --tail <events>', 'only the last events')
      .option('-s, --since <time>', 'only events since a time: 5m, 1h, or 2026-01-31T12:00:00Z'),
  async run(args, context) {
    const { output } = context;
    const options = eventsOptions(args);
    if (output === 'name' || (output === 'yaml' && options.follow))
      throw new SymphonyError('usage', `Events cannot be printed as ${output}; choose table or json.`);
    const cluster = await context.cluster();
    const capability = requireCapability(cluster, 'events');
    const name = await chooseExperiment(context, cluster, args.experiment);
    const list = () => capability.events(name, { ...options, signal: context.signal });
    if (output === 'json') return printLines(context, list(), (event) => formatJson(event));
    if (options.follow) {
      const width = Math.max(0, ...(await cluster.listProcesses(name)).map((status) => formatProcess(status).length));
      return printLines(context, list(), createEventRenderer(width, context.terminal.style));
    }
    const all = await Array.fromAsync(list());
    const text =
      output === 'yaml' ? await toYaml(all) : await formatEventTable(all, Date.now(), context.terminal.style);
    await context.write(text);
  },
};

async function printLines<Item>(
  context: CommandContext,
  items: AsyncIterable<Item>,
  render: (item: Item) => string,
): Promise<void> {
  for await (const item of items) {
    await context.write(`${render(item)}\n`);
    if (context.signal.aborted) return;
  }
}

/** What the command's options mean. @throws SymphonyError `usage` */
function eventsOptions(args: ParsedArguments): EventsOptions {
  return {
    ...(args.follow && { follow: true }),
    ...(args.tail !== undefined && { tail: countOption('--tail', args.tail) }),
    ...(args.since !== undefined && { since: sinceOption(args.since, Date.now()) }),
  };
}
