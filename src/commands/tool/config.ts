import { requireBackend } from '../../engine/contract/backend-registry.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import {
  parseSettingText,
  readSettings,
  readUnknownSettings,
  type SettingName,
  settingDefinitions,
  unsetSetting,
  writeSetting,
} from '../../engine/settings/config.ts';
import { resolveSettingName } from '../names/setting-name.ts';
import { print } from '../output/print.ts';
import { type Column, formatTable } from '../output/table.ts';
import type { CommandContext, CommandDefinition, ParsedArguments } from '../program/command.ts';

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

async function list(_args: ParsedArguments, context: CommandContext): Promise<void> {
  const [readings, unknown] = await Promise.all([readSettings(), readUnknownSettings()]);
  const rows = [...settingDefinitions()].map(([name, { description }]) => {
    const reading = readings[name];
    return { name, ...reading, value: shown(name, reading.value), description };
  });
  for (const { name, place } of unknown) {
    context.warn(`${place}: there is no setting ${JSON.stringify(name)} in this program; it has no effect.`);
  }
  await print(context, {
    data: rows.map(({ description: _, ...row }) => row),
    names: () => rows.map(({ name }) => name),
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
      const read = (await readSettings())[name];
      const reading = { ...read, value: shown(name, read.value) };
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
      const wanted = parseSettingText(name, args.value);
      await checkMeaning(name, wanted);
      await writeSetting(name, wanted as never);
      const { value, source, place } = (await readSettings())[name];
      const used = shown(name, value);
      if (source === 'user') context.note(`${name} is ${formatValue(used) || 'empty'} now.`);
      else
        context.warn(
          `${name} is saved, but ${place ?? source} says ${formatValue(used) || 'nothing'}, and comes first.`,
        );
    },
  },
  {
    name: 'unset',
    configure: (command) => command.description("remove a setting from the user's own file").argument('<setting>'),
    async run(args, context) {
      // The file may contain unknown settings, which must be removable.
      if (await unsetSetting(args.setting)) return;
      const name = resolveSettingName(args.setting);
      context.note(`${name} was not set in the user's own file.`);
    },
  },
];

export const config: CommandDefinition = {
  name: 'config',
  group: 'Symphony',
  configure: (command) => command.description('list settings, get, set and unset them'),
  commands,
  run: list,
};

/**
 * Checks what the schema of a valid value cannot know: which backends, keys and actions exist.
 * @throws SymphonyError `not-found` or `usage`
 */
async function checkMeaning(name: SettingName, value: unknown): Promise<void> {
  if (name === 'backend' && typeof value === 'string') requireBackend(value);
  if (name !== 'keys' || typeof value !== 'object' || value === null) return;
  const [{ views }, { bindKeys }] = await Promise.all([
    import('../../app/views/registry.ts'),
    import('../../app/shell/start/bind-keys.ts'),
  ]);
  const texts = Object.entries(value).filter(([, keys]) => typeof keys === 'string');
  const { problems } = bindKeys(views, Object.fromEntries(texts));
  if (problems.length > 0) throw new SymphonyError('usage', problems.join('\n'));
}

/** The value without what may be a secret. */
function shown(name: SettingName, value: unknown): unknown {
  const definition = settingDefinitions().get(name);
  return definition?.shown === undefined ? value : definition.shown(value);
}

function formatValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
