import { sameProcess } from '../../engine/contract/status.ts';
import { History } from '../../engine/history/history.ts';
import type { HistoryRecord } from '../../engine/history/history-entry.ts';
import { noTarget } from '../../engine/text/common-errors.ts';
import { formatPastState } from '../../engine/text/format-past.ts';
import { formatBytes } from '../../engine/text/quantities.ts';
import { chooseProcess } from '../names/process-targets.ts';
import { describeExperiment, describeProcess, fields } from '../output/description.ts';
import { print } from '../output/print.ts';
import type { CommandContext, CommandDefinition } from '../program/command.ts';
import { choosePast } from './choose-past.ts';

export const showPast: CommandDefinition = {
  name: 'show',
  aliases: ['describe'],
  configure: (command) =>
    command
      .description('show everything that is kept about a past experiment or one of its processes, except logs')
      .argument('<past>', 'an entry such as rl.2, or rl for its newest one')
      .argument('[target]', 'process or group/process'),
  async run(args, context) {
    const { name } = await choosePast(context, args.past);
    const record = await new History().read(name);
    if (args.target !== undefined) return showProcess(context, record, args.target);
    const { style } = context.terminal;
    await print(context, {
      data: record,
      names: () => [name],
      async table(wide) {
        const { description, events } = record;
        const head = fields(style, pastFields(record));
        if (description === undefined) return head;
        const options = { now: Date.now(), events, style, environment: wide };
        return [...head, '', ...(await describeExperiment(description, options))];
      },
    });
  },
};

function pastFields(record: HistoryRecord): Record<string, string | undefined> {
  const { name, how, deletedAt, bytes, host, notes, backend, place } = record;
  return {
    'In history': name,
    Backend: place === undefined ? backend : `${backend} (${place})`,
    Ended: formatPastState(record),
    [how === 'deleted' ? 'Deleted' : 'Replaced']: deletedAt,
    Machine: host,
    Size: formatBytes(bytes),
    Missing: notes.length === 0 ? undefined : notes.join('; '),
  };
}

async function showProcess(context: CommandContext, record: HistoryRecord, target: string): Promise<void> {
  const members = record.description?.members ?? [];
  const chosen = await chooseProcess(context, members, target);
  const member = members.find((one) => sameProcess(one, chosen));
  if (member === undefined) throw noTarget(target, members, record.name);
  await print(context, {
    data: member,
    names: () => [member.name],
    table: () => describeProcess(member, { now: Date.now(), style: context.terminal.style, environment: true }),
  });
}
