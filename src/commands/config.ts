import {
  parseSettingText,
  readSettings,
  type SettingName,
  settingNames,
  settings,
  unsetSetting,
  writeSetting,
} from '../engine/config.ts';
import type { CommandDefinition } from './command.ts';
import type { CommandArguments, CommandContext } from './context.ts';
import { resolveSettingName } from './names/setting-name.ts';
import { print } from './output/print.ts';
import { type Column, formatTable } from './output/table.ts';

interface SettingRow {
  readonly name: SettingName;
  readonly value: unknown;
  readonly source: string;
  readonly place?: string;
  readonly description: string;
}

const columns: readonly Column<SettingRow>[] = [
  { title: 'Setting', cell: ({ name }) => name },
  { title: 'Value', cell: ({ value }) => formatValue(value) || '-' },
  { title: 'From', cell: ({ source, place }) => (place === undefined ? source : `${source} (${place})`) },
  { title: 'What it does', cell: ({ description }) => description },
];

async function list(_args: CommandArguments, context: CommandContext): Promise<void> {
  const readings = await readSettings();
  const rows = settingNames.map((name) => ({ name, ...readings[name], description: settings[name].description }));
  await print(context, {
    data: rows.map(({ description: _, ...row }) => row),
    names: () => settingNames,
    table: () => formatTable(columns, rows, context.terminal.style),
  });
}

const commands: readonly CommandDefinition[] = [
  {
    name: 'list',
    aliases: ['ls'],
    configure: (command) => command.description('list all settings, and where each comes from'),
    run: list,
  },
  {
    name: 'get',
    configure: (command) => command.description('print one setting').argument('<setting>'),
    async run(args, context) {
      const name = resolveSettingName(args.setting);
      const reading = (await readSettings())[name];
      await print(context, {
        data: { name, ...reading },
        names: () => [formatValue(reading.value)],
        table: () => [formatValue(reading.value)],
      });
    },
  },
  {
    name: 'set',
    configure: (command) =>
      command.description("write a setting into the user's own file").argument('<setting>').argument('<value>'),
    async run(args, context) {
      const name = resolveSettingName(args.setting);
      await writeSetting(name, parseSettingText(name, args.value) as never);
      const { value, source, place } = (await readSettings())[name];
      if (source === 'user') context.note(`${name} is ${formatValue(value) || 'empty'} now.`);
      else
        context.warn(
          `${name} is saved, but ${place ?? source} says ${formatValue(value) || 'nothing'}, and comes first.`,
        );
    },
  },
  {
    name: 'unset',
    configure: (command) => command.description("take a setting out of the user's own file").argument('<setting>'),
    run: (args) => unsetSetting(args.setting),
  },
];

export const config: CommandDefinition = {
  name: 'config',
  group: 'Symphony',
  configure: (command) => command.description('list settings, get, set and unset them'),
  commands,
  run: list,
};

function formatValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
