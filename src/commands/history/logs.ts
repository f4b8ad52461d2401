import { SymphonyError } from '../../engine/contract/errors.ts';
import { formatProcess, sameProcess } from '../../engine/contract/status.ts';
import { History } from '../../engine/history/history.ts';
import { pastProcesses } from '../../engine/history/past-processes.ts';
import { createLineFilter } from '../logs/line-filter.ts';
import { showLogs } from '../logs/show-logs.ts';
import { chooseProcesses } from '../names/process-targets.ts';
import { logOptions } from '../processes/logs.ts';
import type { CommandDefinition } from '../program/command.ts';
import { choosePast } from './choose-past.ts';

export const showPastLogs: CommandDefinition = {
  name: 'logs',
  aliases: ['log', 'l'],
  configure: (command) =>
    command
      .description('print what processes of a past experiment wrote, as far as it is kept')
      .argument('<past>', 'an entry such as rl.2, or rl for its newest one')
      .argument('[targets...]', 'process, group/process, or group/; by default all')
      .option('-n, --tail <lines>', 'only the last lines of each process')
      .option('-s, --since <time>', 'only lines since a time: 5m, 1h, or 2026-01-31T12:00:00Z')
      .option('-t, --timestamps', 'print the time of each line')
      .option('-g, --grep <regex>', 'only lines that match')
      .option('--invert', 'only lines that do not match')
      .option('--previous', 'print the run before the last one')
      .option('--all', 'print every run that is kept'),
  async run(args, context) {
    const options = logOptions(args);
    const filter = createLineFilter({
      pattern: args.grep,
      invert: args.invert ?? false,
      forPeople: context.terminal.forPeople && context.output !== 'json',
    });
    const history = new History();
    const record = await history.read((await choosePast(context, args.past)).name);
    const all = pastProcesses(record);
    const targets: readonly string[] = args.targets ?? [];
    const chosen = await chooseProcesses(context, all, targets);
    const isKept = (one: (typeof all)[number]) => record.logs.some((reference) => sameProcess(reference, one));
    const processes = targets.length === 0 ? chosen.filter(isKept) : chosen;
    if (processes.length === 0)
      throw new SymphonyError('not-found', `No logs of ${record.name} are kept.`, {
        hint: record.notes.length === 0 ? undefined : `When it was deleted: ${record.notes.join('; ')}.`,
      });
    if (args.previous && processes.every(({ restarts }) => restarts === 0)) {
      throw new SymphonyError('not-found', `There is no previous run of ${processes.map(formatProcess).join(', ')}.`);
    }
    await showLogs(context, history, { experiment: record.name, processes, all, options, filter });
  },
};
