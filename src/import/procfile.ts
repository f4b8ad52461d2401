import { SymphonyError } from '../engine/contract/errors.ts';
import { withoutReferences } from '../engine/spec/resolve/references.ts';
import { type Draft, type DraftMap, filled, Place } from './draft.ts';
import { parseEnvFile } from './env-file.ts';
import { toName, toNames } from './imported-names.ts';
import type { ImportSource } from './source.ts';
import { showValue, toWhole } from './value.ts';

/** `name: command`, of a Procfile. */
export const procfileLine = /^\s*([A-Za-z0-9_-]+):\s*(\S.*?)\s*$/;

/** The port of the first process, and the distance to the next, as foreman gives them out. */
const firstPort = 5000;
const portStep = 100;

/** @throws SymphonyError `invalid-spec` if no line declares a process */
export function importProcfile(source: ImportSource): Draft {
  const draft: Draft = { data: {}, notes: [], leftOut: [] };
  const root = new Place(draft.notes, []);
  const env = envOf(source, root);
  const commands = commandsOf(source, root);
  const names = toNames([...commands.keys()], 'process');
  const base = toWhole(env.PORT ?? '') ?? firstPort;
  const processes: DraftMap = {};
  [...commands].forEach(([given, command], index) => {
    const name = names.get(given) ?? given;
    const place = root.at('processes', name);
    if (name !== given) place.tell(`It is called ${given} there.`);
    processes[name] = filled({ command, ...portOf(name, command, base + index * portStep, place) });
  });
  if (commands.size === 0) {
    throw new SymphonyError(
      'invalid-spec',
      `${source.name} declares no process: it has no line such as "web: npm start".`,
    );
  }
  const { PORT: _, ...others } = env;
  const values = Object.entries(others).map(([name, value]) => [name, withoutReferences(value)] as const);
  Object.assign(
    draft.data,
    filled({
      name: toName(source.folder.split('/').at(-1) ?? '', 'procfile'),
      startDir: source.fromTarget === '' ? undefined : source.fromTarget,
      onFailure: 'stop',
      env: Object.fromEntries(values),
      processes,
    }),
  );
  root
    .at('onFailure')
    .tell(
      'Runners of Procfiles end everything when one process ends. Here only a failure does; with endsWith: [NAME], a success does too.',
    );
  return draft;
}

function envOf(source: ImportSource, root: Place): Record<string, string> {
  const text = source.readFile('.env');
  if (text === undefined) return {};
  const env = parseEnvFile(text, source.variables);
  if (Object.keys(env).length > 0)
    root.at('env').tell('From .env. Write secrets as NAME: { secret: true, fromEnv: NAME } instead.');
  return env;
}

function commandsOf(source: ImportSource, root: Place): ReadonlyMap<string, string> {
  const commands = new Map<string, string>();
  source.text.split(/\r?\n/).forEach((line, index) => {
    if (/^\s*(#|$)/.test(line)) return;
    const [, name, text] = procfileLine.exec(line) ?? [];
    if (name === undefined || text === undefined)
      root.lose(`line ${index + 1}: ${showValue(line.trim())}`, 'It is not of the form "name: command".');
    else if (commands.has(name))
      root.lose(`line ${index + 1}: ${showValue(line.trim())}`, `A line before it declares ${name} already.`);
    else commands.set(name, text);
  });
  return commands;
}

/** A process that uses PORT gets it, as from foreman. */
function portOf(name: string, command: string, port: number, place: Place): DraftMap {
  if (name !== 'web' && !/\$PORT\b|\$\{PORT\b/.test(command)) return {};
  if (port > 65_535) {
    place.lose(`PORT ${port}`, 'There is no such port.');
    return {};
  }
  const variable = `SYMPH_${name.toUpperCase().replaceAll('-', '_')}_PORT`;
  return { expose: { [name]: port }, env: { PORT: `\${${variable}}` } };
}
