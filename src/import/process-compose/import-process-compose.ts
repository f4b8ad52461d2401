import { SymphonyError } from '../../engine/contract/errors.ts';
import { withoutReferences } from '../../engine/spec/resolve/references.ts';
import type { PlainData } from '../../engine/spec/source/plain-data.ts';
import { type Draft, type DraftMap, filled, Place } from '../draft.ts';
import { parseEnvFile } from '../env-file.ts';
import { Fields } from '../fields.ts';
import { toName, toNames } from '../imported-names.ts';
import { describeVariables, interpolate, type Variables } from '../interpolate.ts';
import { parseYaml } from '../parse-yaml.ts';
import type { ImportSource } from '../source.ts';
import { isMap, mapTexts, toBoolean, type Value, type ValueMap } from '../value.ts';
import { environmentOf, type ProcessComposeContext, toProcess } from './process.ts';

const reasons: Readonly<Record<string, string>> = {
  extends: 'Import the whole file: write what it extends into it.',
  is_strict: 'Symphony refuses unknown fields always.',
  ordered_shutdown: 'All processes are stopped at once.',
};

/** Fields that say how process-compose itself looks and writes. */
const ownFields = [
  'version',
  'log_level',
  'log_length',
  'log_format',
  'is_tui_disabled',
  'disable_env_expansion',
  'theme',
];

const ownNamespace = 'default';

/**
 * The processes of a process-compose file. A namespace becomes a process group.
 * @throws SymphonyError `invalid-spec` if it is not YAML, or declares no process
 */
export async function importProcessCompose(source: ImportSource): Promise<Draft> {
  const draft: Draft = { data: {}, notes: [], leftOut: [] };
  const root = new Place(draft.notes, []);
  const dotenv = parseEnvFile(source.readFile('.env') ?? '', source.variables);
  const value = await parseYaml(source.name, source.text);
  const file = new Fields(readVariables(value, { ...dotenv, ...source.variables }, root), root);
  const processes = file.map('processes');
  const given = Object.keys(processes);
  if (given.length === 0) throw new SymphonyError('invalid-spec', `${source.name} declares no processes.`);
  const names = toNames(given, 'process');
  const namespaces = new Map(given.map((one) => [one, namespaceOf(processes[one])]));
  const groups = toNames(
    [...new Set(namespaces.values())].filter((name) => name !== ownNamespace),
    'group',
  );
  const groupOf = (one: string) => groups.get(namespaces.get(one) ?? ownNamespace);
  const vars = file.map('vars');
  const context: ProcessComposeContext = {
    source,
    targets: new Map(given.map((one) => [one, [groupOf(one), names.get(one)].filter(Boolean).join('/')])),
    leftOut: new Set(given.filter((one) => reasonToLeaveOut(processes[one]) !== undefined)),
    vars,
    ports: new Set(),
  };
  const alone: DraftMap = {};
  const grouped: { [group: string]: { processes: DraftMap } } = {};
  const ends: string[] = [];
  let endsOnFailure = false;
  for (const one of given) {
    const [name, group, reason] = [names.get(one) ?? one, groupOf(one), reasonToLeaveOut(processes[one])];
    const path = group === undefined ? ['processes', name] : ['groups', group, 'processes', name];
    const place = reason === undefined ? root.at(...path) : new Place([], []);
    const imported = toProcess(one, name, processes[one] ?? null, context, place);
    if (reason !== undefined) {
      draft.leftOut.push({ name, reason, fields: imported.fields });
      continue;
    }
    const { processes: members } = group === undefined ? { processes: alone } : (grouped[group] ?? { processes: {} });
    members[name] = imported.fields;
    if (group !== undefined) grouped[group] = { processes: members };
    endsOnFailure ||= imported.endsOnFailure;
    if (imported.endsExperiment) ends.push(context.targets.get(one) ?? name);
  }
  if (endsOnFailure)
    root.at('onFailure').tell('There, exit_on_failure of some; here, the failure of any process ends the others.');
  Object.assign(
    draft.data,
    filled({
      name: toName(source.folder.split('/').at(-1) ?? '', 'process-compose'),
      shell: shellOf(file),
      startDir: source.fromTarget === '' ? undefined : source.fromTarget,
      env: { ...dotenvOf(dotenv, root), ...environmentOf(file, vars) },
      preamble: preambleOf(file),
      onFailure: endsOnFailure ? 'stop' : undefined,
      endsWith: ends,
      processes: alone,
      groups: grouped,
    }),
  );
  file.lose('log_location', 'Symphony keeps the log of each process: symphony logs.');
  file.lose('log_configuration', 'Symphony keeps the log of each process; log: { size: … } says how much of it.');
  for (const name of ownFields) file.take(name);
  file.finish(reasons);
  return draft;
}

/** Replaces variables as process-compose does, except in commands, where the shell does it when they run. */
function readVariables(value: Value, variables: Variables, root: Place): Value {
  if (!isMap(value) || value.disable_env_expansion === 'true') return value;
  const used = { known: new Set<string>(), unknown: new Set<string>() };
  const replace = (one: Value) => mapTexts(one, (text) => interpolate(text, variables, used));
  const visit = (one: Value): Value => {
    if (Array.isArray(one)) return one.map(visit);
    if (!isMap(one)) return replace(one);
    return Object.fromEntries(
      Object.entries(one).map(([name, item]) =>
        name === 'command' && typeof item === 'string' ? [name, item.replaceAll('$$', '$')] : [name, visit(item)],
      ),
    );
  };
  const replaced = visit(value);
  for (const sentence of describeVariables(used)) root.tell(sentence);
  return replaced;
}

function namespaceOf(value: Value | undefined): string {
  return isMap(value) && typeof value.namespace === 'string' ? value.namespace : ownNamespace;
}

function reasonToLeaveOut(value: Value | undefined): string | undefined {
  if (!isMap(value)) return undefined;
  const isSet = (name: string) => typeof value[name] === 'string' && toBoolean(value[name]) === true;
  if (isSet('disabled')) return 'disabled';
  return isSet('is_foreground') ? 'it is started by hand, in the foreground' : undefined;
}

function dotenvOf(dotenv: Readonly<Record<string, string>>, root: Place): { [name: string]: PlainData } {
  const entries = Object.entries(dotenv).map(([name, value]) => [name, withoutReferences(value)] as const);
  if (entries.length > 0)
    root.at('env').tell('With those of .env. Write secrets as NAME: { secret: true, fromEnv: NAME } instead.');
  return Object.fromEntries(entries);
}

/** The shell of commands, which is bash there unless the file names one. */
function shellOf(file: Fields): PlainData {
  const shell = file.inner('shell');
  const command = shell.text('shell_command') ?? 'bash';
  const options = (shell.text('shell_argument') ?? '-c').split(/\s+/).filter((word) => word !== '' && word !== '-c');
  shell.take('elevated_shell_command');
  shell.take('elevated_shell_argument');
  shell.finish();
  return options.length === 0 ? command : [command, ...options];
}

/** Variables whose values commands print. */
function preambleOf(file: Fields): string[] {
  const commands: ValueMap = file.map('env_cmds');
  return Object.entries(commands).flatMap(([name, command]) =>
    typeof command === 'string' && /^[A-Za-z_]\w*$/.test(name) ? [`export ${name}="$(${command})"`] : [],
  );
}
