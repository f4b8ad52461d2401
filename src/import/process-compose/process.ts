import { withoutReferences } from '../../engine/spec/resolve/references.ts';
import type { PlainData } from '../../engine/spec/source/plain-data.ts';
import { type DraftMap, filled, type Place } from '../draft.ts';
import { Fields } from '../fields.ts';
import { type ImportSource, rebase } from '../source.ts';
import { showValue, toWhole, type Value, type ValueMap } from '../value.ts';
import { aliveOf, probeOf } from './probes.ts';

/** What the processes of a file have in common. */
export interface ProcessComposeContext {
  readonly source: ImportSource;
  /** How processes refer to each other, by the names in the file: `group/process`. */
  readonly targets: ReadonlyMap<string, string>;
  /** Those that are not started. */
  readonly leftOut: ReadonlySet<string>;
  readonly vars: ValueMap;
  /** Ports that processes of the declaration have. */
  readonly ports: Set<number>;
}

/** A process, with what its fields mean for the experiment. */
export interface ImportedProcess {
  readonly fields: DraftMap;
  /** Its failure ends the experiment. */
  readonly endsOnFailure: boolean;
  /** Its end ends the experiment. */
  readonly endsExperiment: boolean;
}

const reasons: Readonly<Record<string, string>> = {
  disable_ansi_colors: 'Colours of processes are shown as they are; --no-color leaves them out.',
  extends: 'Write the inherited fields into the file before you import it.',
  is_daemon: 'Run it in the foreground: Symphony watches the process that it starts.',
  is_dotenv_disabled: 'Remove the variables of .env from env.',
  is_elevated: 'Write sudo into the command, with tty: true for its question.',
  is_interactive: 'Enter it with symphony attach.',
  is_template_disabled: 'Templates were filled in at the import.',
  launch_timeout_seconds: 'It is for daemons.',
  log_configuration: 'Symphony keeps the log of each process; log: { size: … } says how much of it.',
  log_location: 'Symphony keeps the log of each process: symphony logs.',
  mcp: 'Symphony has no such server.',
  schedule: 'Symphony starts a process once. Start it from cron, or loop in the command.',
  watch: 'Restart what has changed with symphony restart.',
};

/** @param given the name in the file */
export function toProcess(
  given: string,
  name: string,
  value: Value,
  context: ProcessComposeContext,
  place: Place,
): ImportedProcess {
  if (name !== given) place.tell(`It is called ${given} there.`);
  const fields = new Fields(value, place);
  const { source } = context;
  const description = fields.text('description');
  if (description !== undefined) place.tell(description.replace(/\s+/g, ' ').trim());
  const vars = { ...context.vars, ...fields.map('vars') };
  const command = commandOf(fields, vars);
  const availability = fields.inner('availability');
  const policy = availability.text('restart') ?? 'no';
  const restart = restartOf(availability, policy, fields);
  const endsExperiment = availability.flag('exit_on_end') === true || availability.flag('exit_on_skipped') === true;
  availability.finish({ backoff_seconds: 'The delay before a restart is 1 s, and doubles up to a minute.' });
  const probe = probeOf(fields, 'readiness_probe', false);
  const alive = aliveOf(probeOf(fields, 'liveness_probe', true));
  const line = fields.text('ready_log_line');
  const replicas = fields.whole('replicas') ?? 1;
  const env = environmentOf(fields, vars);
  // The number of a replica has another name here.
  if (replicas > 1 && /PC_REPLICA_NUM/.test(JSON.stringify([command, env]))) env.PC_REPLICA_NUM = `\${SYMPH_REPLICA}`;
  const startDir = fields.text('working_dir');
  const port = replicas === 1 && probe?.port !== undefined && !context.ports.has(probe.port) ? probe.port : undefined;
  if (port !== undefined) context.ports.add(port);
  const converted = filled({
    command,
    startDir: startDir === undefined ? undefined : rebase(source, startDir),
    env,
    replicas: replicas > 1 ? replicas : undefined,
    expose: port === undefined ? undefined : { [name]: port },
    after: afterOf(fields, context),
    restart,
    ready: probe !== undefined ? { command: probe.command } : line === undefined ? undefined : { log: literal(line) },
    alive,
    stop: stopOf(fields),
    tty: fields.flag('is_tty') === true ? true : undefined,
  });
  fields.take('namespace');
  fields.take('disabled');
  fields.take('is_foreground');
  fields.finish(reasons);
  return { fields: converted, endsOnFailure: policy === 'exit_on_failure', endsExperiment };
}

function commandOf(fields: Fields, vars: ValueMap): string | string[] {
  const command = fillTemplate(fields.text('command') ?? '', vars, fields.place);
  const argv = fields.texts('entrypoint').map((word) => fillTemplate(word, vars, fields.place));
  return argv.length > 0 ? argv : command;
}

/** Replaces `{{.NAME}}` by the value of a variable; other templates stay, and are noted. */
export function fillTemplate(text: string, vars: ValueMap, place: Place): string {
  return text.replace(/\{\{-?\s*(.*?)\s*-?\}\}/gs, (whole, expression: string) => {
    const [, name = ''] = /^(?:or\s+)?\.(\w+)$/.exec(expression) ?? [];
    // The file can set this one only for replicas, where a variable of the environment has the same value.
    if (name === 'PC_REPLICA_NUM') return '${PC_REPLICA_NUM}';
    const value = Object.hasOwn(vars, name) ? vars[name] : undefined;
    if (typeof value === 'string') return value;
    place.lose(showValue(whole), 'Only variables of vars are filled in.');
    return whole;
  });
}

const policies: Readonly<Record<string, string>> = {
  always: 'always',
  on_failure: 'on-failure',
  exit_on_failure: 'never',
  no: 'never',
  false: 'never',
};

function restartOf(availability: Fields, policy: string, { place }: Fields): PlainData | undefined {
  const maxRestarts = availability.whole('max_restarts') ?? 0;
  const known = policies[policy];
  if (known === undefined) place.lose(`availability.restart: ${showValue(policy)}`, 'It is no policy.');
  if (known === undefined || known === 'never') return undefined;
  return maxRestarts === 0 ? known : { policy: known, maxRestarts: Math.min(maxRestarts, 1_000_000) };
}

/** Variables, from a list of `NAME=value`. */
export function environmentOf(fields: Fields, vars: ValueMap): { [name: string]: PlainData } {
  const entries = Object.entries(fields.pairs('environment')).map(([name, value]) => {
    return [name, withoutReferences(fillTemplate(value ?? '', vars, fields.place))] as const;
  });
  return Object.fromEntries(entries);
}

const conditions: Readonly<Record<string, string>> = {
  process_started: 'started',
  process_healthy: 'ready',
  process_log_ready: 'ready',
  process_completed: 'ended',
  process_completed_successfully: 'succeeded',
};

function afterOf(fields: Fields, { targets, leftOut }: ProcessComposeContext): DraftMap {
  const { place } = fields;
  const after: DraftMap = {};
  for (const [given, value] of Object.entries(fields.map('depends_on'))) {
    const inner = new Fields(value ?? undefined, place, `depends_on.${given}.`);
    const said = inner.text('condition') ?? 'process_started';
    inner.finish();
    const [target, condition] = [targets.get(given), conditions[said]];
    if (target === undefined || condition === undefined || leftOut.has(given)) {
      const reason = condition === undefined ? 'It is no condition.' : `${given} is not in this declaration.`;
      place.lose(`depends_on: ${showValue(given)} (${showValue(said)})`, reason);
    } else after[target] = condition;
  }
  return after;
}

const signals: Readonly<Record<number, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  9: 'KILL',
  10: 'USR1',
  12: 'USR2',
  15: 'TERM',
};

function stopOf(fields: Fields): DraftMap {
  const shutdown = fields.inner('shutdown');
  const number = shutdown.text('signal');
  const signal = signals[toWhole(number ?? '') ?? 0];
  if (number !== undefined && signal === undefined)
    fields.place.lose(
      `shutdown.signal: ${showValue(number)}`,
      `A process is stopped by ${Object.values(signals).join(', ')}.`,
    );
  const timeout = shutdown.whole('timeout_seconds');
  shutdown.finish({
    command: 'A process is stopped by a signal: let the command handle it, with trap.',
    parent_only: 'Symphony always ends all that a process has started.',
  });
  return filled({ signal, timeout });
}

/** A regular expression that matches this text. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
