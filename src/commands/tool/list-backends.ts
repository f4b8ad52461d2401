import { registeredBackends } from '../../engine/contract/backend-registry.ts';
import { readSetting } from '../../engine/settings/config.ts';
import { print } from '../output/print.ts';
import { type Column, formatWrappedTable } from '../output/table.ts';
import type { CommandDefinition } from '../program/command.ts';

interface BackendRow {
  readonly name: string;
  readonly current: boolean;
  readonly works: boolean;
  readonly detail: string;
  readonly summary: string;
}

export const listBackends: CommandDefinition = {
  name: 'backends',
  group: 'Symphony',
  configure: (command) => command.description('list backends, and whether each works here; * marks the one in use'),
  async run(_args, context) {
    const current = await readSetting('backend');
    const backends: BackendRow[] = await Promise.all(
      [...registeredBackends()].map(async ([name, definition]) => ({
        name,
        current: name === current,
        ...(await definition.check()),
        summary: definition.summary,
      })),
    );
    await print(context, {
      data: backends,
      names: () => backends.map(({ name }) => name),
      table: () => {
        const { style, stdout } = context.terminal;
        return formatWrappedTable(columns, backends, style, stdout.isTTY ? stdout.columns : undefined);
      },
    });
  },
};

const columns: readonly Column<BackendRow>[] = [
  { title: ' ', cell: ({ current }) => (current ? '*' : '') },
  { title: 'Backend', cell: ({ name }) => name },
  { title: 'Works', cell: ({ works }) => (works ? 'yes' : 'no'), style: ({ works }) => (works ? 'green' : 'red') },
  { title: 'What it is', cell: ({ summary }) => summary },
  { title: 'Detail', cell: ({ detail }) => detail },
];
