import { History } from '../../engine/history/history.ts';
import { isHistoryOff, readHistoryLimits } from '../../engine/history/history-limits.ts';
import { historyColumns } from '../output/history-table.ts';
import { print } from '../output/print.ts';
import { formatTable } from '../output/table.ts';
import type { CommandContext, ParsedArguments } from '../program/command.ts';

export async function listHistory(_args: ParsedArguments, context: CommandContext): Promise<void> {
  const entries = await new History().list();
  if (entries.length === 0) {
    const isOff = isHistoryOff(await readHistoryLimits());
    context.note(isOff ? 'The history is empty: it is turned off.' : 'The history is empty.');
  }
  await print(context, {
    data: entries,
    names: () => entries.map(({ name }) => name),
    table: (wide) =>
      entries.length === 0 ? [] : formatTable(historyColumns(wide, Date.now()), entries, context.terminal.style),
  });
}
