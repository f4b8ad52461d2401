import { SymphonyError } from '../../engine/contract/errors.ts';
import type { LogOptions } from '../../engine/contract/logs.ts';
import { formatProcess } from '../../engine/contract/status.ts';
import { createLineFilter } from '../logs/line-filter.ts';
import { showLogs } from '../logs/show-logs.ts';
import { chooseExperimentOfTargets, experimentWordRule } from '../names/experiment-name.ts';
import { chooseProcesses } from '../names/process-targets.ts';
import type { CommandDefinition, ParsedArguments } from '../program/command.ts';
import { countOption, sinceOption } from '../shared/option-values.ts';

export const logs: CommandDefinition = {
  name: 'logs',
  aliases: ['log', 'l'],
  group: 'Processes',
  configure: (command) =>
    command
      .description('print the output of processes; several are merged, each line after the name of its process')
      .usage('[options] [targets...] [experiment]')
      .argument('[targets...]', `process, group/process, or group/; by default all. ${experimentWordRule}`)
      .option('-f, --follow', 'continue with new lines, across restarts')
      .option('-n, --tail <lines>', 'only the last lines of each process')
      .option('-s, --since <time>', 'only lines since a time: 5m, 1h, or 2026-01-31T12:00:00Z')
      .option('-t, --timestamps', 'print the time of each line')
      .option('-g, --grep <regex>', 'only lines that match')
      .option('--invert', 'only lines that do not match')
      .option('--previous', 'print the run before the current one')
      .option('--all', 'print every run that is kept'),
  async run(args, context) {
    const options = logOptions(args);
    const filter = createLineFilter({
      pattern: args.grep,
      invert: args.invert ?? false,
      forPeople: context.terminal.forPeople && context.output !== 'json',
    });
    const cluster = await context.cluster();
    const words = args.targets ?? [];
    const { experiment, targets } = await chooseExperimentOfTargets(context, cluster, args.experiment, words);
    const all = await cluster.listProcesses(experiment);
    const processes = await chooseProcesses(context, all, targets);
    if (args.previous && processes.every(({ restarts }) => restarts === 0)) {
      throw new SymphonyError('not-found', `There is no previous run of ${processes.map(formatProcess).join(', ')}.`);
    }
    await showLogs(context, cluster, { experiment, processes, all, options, filter });
  },
};

/** The log options that the command's options mean. @throws SymphonyError `usage` */
export function logOptions(args: ParsedArguments): LogOptions {
  if (args.previous && args.all)
    throw new SymphonyError('usage', '--previous is one run and --all is every run: choose one.');
  if (args.previous && args.follow)
    throw new SymphonyError('usage', 'The previous run has ended: there is nothing to follow.');
  return {
    ...(args.follow && { follow: true }),
    ...(args.tail !== undefined && { tail: countOption('--tail', args.tail) }),
    ...(args.since !== undefined && { since: sinceOption(args.since, Date.now()) }),
    ...(args.timestamps && { timestamps: true }),
    ...(args.previous && { previous: true }),
    ...(args.all && { all: true }),
  };
}
