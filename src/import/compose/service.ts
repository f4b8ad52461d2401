import { stopSignals } from '../../engine/spec/experiment-spec.ts';
import { withoutReferences } from '../../engine/spec/resolve/references.ts';
import type { PlainData } from '../../engine/spec/source/plain-data.ts';
import { type DraftMap, filled, type Place } from '../draft.ts';
import { parseEnvFile } from '../env-file.ts';
import { Fields } from '../fields.ts';
import { parseImportedSize } from '../quantities.ts';
import { type ImportSource, rebase } from '../source.ts';
import { splitCommand } from '../split-words.ts';
import { isList, isMap, showValue, toBoolean, toWhole, type Value } from '../value.ts';
import { dockerOf } from './docker-fields.ts';
import { limitsOf } from './limits.ts';
import { type Ports, servicesOf } from './ports.ts';

/** What the services of a file have in common. */
export interface ComposeContext {
  readonly source: ImportSource;
  /** The names of processes by those of services. */
  readonly names: ReadonlyMap<string, string>;
  /** Services that are not started. */
  readonly leftOut: ReadonlySet<string>;
  /** Services that another one depends on. */
  readonly awaited: ReadonlySet<string>;
  readonly ports: Ports;
  /** The files of secrets and configs, by their names. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly configs: ReadonlyMap<string, string>;
}

const reasons: Readonly<Record<string, string>> = {
  annotations: 'Write labels under docker: { labels: … }.',
  attach: 'symphony logs shows whichever processes you name.',
  container_name: 'A container has the name of its experiment, process and run.',
  develop: 'Restart what has changed with symphony restart.',
  extends: 'It cannot be found, or extends itself: import the result of "docker compose config".',
  external_links: 'Name the network of the other containers: docker: { network: NAME }.',
  links: 'Processes find each other by their names.',
  network_mode: 'Each experiment has a network; docker: { network: NAME } names another one.',
  networks: 'All processes of an experiment share one network.',
  platform: 'Name an image for the platform.',
  post_start: 'Start what follows as a process of its own, with after.',
  pre_stop: 'Let the program handle its stop signal.',
  stdin_open: 'stdin is empty, unless tty gives it a terminal.',
  storage_opt: 'Write it as docker: { patch: { HostConfig: { StorageOpt: … } } }.',
  volumes_from: 'Name the same volumes.',
};

/** The process of a service. */
export function toProcess(service: string, value: Value, context: ComposeContext, place: Place): DraftMap {
  const { source, names } = context;
  const name = names.get(service) ?? service;
  if (name !== service)
    place.tell(`It is called ${service} there: write ${name} where programs use that as a host name.`);
  const fields = new Fields(value, place);
  const image = fields.text('image');
  const limits = limitsOf(fields);
  const replicas = limits.replicas ?? 1;
  const isAwaited = context.awaited.has(service);
  const { services, hasFreePort } = servicesOf(fields, { name, replicas, isAwaited, ports: context.ports });
  if (isAwaited && Object.keys(services).length === 0)
    place.tell(`It names no port, which others need to reach it on every backend: bind: { ${name}: PORT }.`);
  const docker = dockerOf(fields, source, context.configs);
  const command = commandOf(fields, image ?? name);
  const { workingDir } = docker;
  const ready = readyOf(fields) ?? (hasFreePort && services.bind !== undefined ? 'started' : undefined);
  const converted = filled({
    ...command.fields,
    image,
    env: envOf(fields, source),
    secrets: secretsOf(fields, context),
    ...services,
    after: afterOf(fields, context),
    restart: limits.restart,
    ready,
    stop: stopOf(fields),
    tty: fields.flag('tty'),
    resources: limits.resources,
    log: logOf(fields),
    replicas: replicas > 1 ? replicas : undefined,
    docker: filled({ ...docker, patch: { ...command.patch, ...(docker.patch as DraftMap | undefined) } }),
    kube: filled({ workingDir }),
  });
  if (toBoolean(String(fields.take('stdin_open') ?? 'no')) && converted.tty !== true)
    place.lose('stdin_open: true', reasons.stdin_open ?? '');
  fields.take('profiles');
  fields.finish(reasons);
  return converted;
}

/** Without a command of its own the image's is run, which only Docker knows. */
function commandOf(fields: Fields, image: string): { readonly fields: DraftMap; readonly patch: DraftMap } {
  const entrypoint = wordsOf(fields, 'entrypoint');
  const words = wordsOf(fields, 'command');
  const place = fields.place.at('command');
  if (entrypoint !== undefined && entrypoint.length > 0)
    return { fields: { command: [...entrypoint, ...(words ?? [])] }, patch: {} };
  if (words !== undefined && words.length > 0) {
    place.tell('It replaces the ENTRYPOINT of the image: write that before it, if there is one.');
    return { fields: { command: [...words] }, patch: {} };
  }
  place.tell(
    `Docker runs the command of the image (see patch below). Write it here for other backends; this prints it:`,
  );
  place.tell(`docker image inspect ${image} --format "{{json .Config.Entrypoint}} {{json .Config.Cmd}}"`);
  const message = `The command of ${image} is not known: write it into the declaration.`;
  return {
    fields: { command: `echo '${message.replaceAll("'", '')}' >&2; exit 1` },
    patch: { Entrypoint: null, Cmd: null },
  };
}

function wordsOf(fields: Fields, name: string): readonly string[] | undefined {
  const value = fields.take(name);
  if (value === undefined) return undefined;
  const words = typeof value === 'string' ? splitCommand(value) : isList(value) ? value.map(textOf) : undefined;
  if (words === undefined) fields.place.lose(`${name}: ${showValue(value)}`, 'It is no command line.');
  return words;
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function envOf(fields: Fields, source: ImportSource): DraftMap {
  const { place } = fields;
  const env: { [name: string]: PlainData } = {};
  const files = fields.take('env_file');
  for (const entry of isList(files) ? files : files === undefined ? [] : [files]) {
    const path = isMap(entry) ? entry.path : entry;
    const text = typeof path === 'string' ? source.readFile(path) : undefined;
    const isOptional = isMap(entry) && typeof entry.required === 'string' && toBoolean(entry.required) === false;
    if (text === undefined && !isOptional) place.lose(`env_file: ${showValue(entry)}`, 'It cannot be read.');
    if (text === undefined) continue;
    for (const [name, value] of Object.entries(parseEnvFile(text, source.variables)))
      env[name] = withoutReferences(value);
    place
      .at('env')
      .tell(`With those of ${showValue(entry)}. Write secrets as NAME: { secret: true, fromEnv: NAME } instead.`);
  }
  for (const [name, value] of Object.entries(fields.pairs('environment'))) {
    // Without a value it is that of the launching shell, which containers get only by secrets.
    env[name] = value === null ? { secret: true, fromEnv: name } : withoutReferences(value);
  }
  return env;
}

function secretsOf(fields: Fields, { secrets, source }: ComposeContext): string[] {
  const { place } = fields;
  return fields.list('secrets').flatMap((value) => {
    const name = isMap(value) ? value.source : value;
    const file = typeof name === 'string' ? secrets.get(name) : undefined;
    if (file === undefined) {
      place.lose(`secrets: ${showValue(value)}`, 'Only a secret that is a file is carried over.');
      return [];
    }
    place.at('secrets').tell(`${showValue(value)} is in the folder $SYMPH_SECRETS_DIR, not in /run/secrets.`);
    return [rebase(source, file)];
  });
}

const conditions: Readonly<Record<string, string>> = {
  service_started: 'started',
  service_healthy: 'ready',
  service_completed_successfully: 'succeeded',
};

function afterOf(fields: Fields, { names, leftOut }: ComposeContext): DraftMap {
  const { place } = fields;
  const value = fields.take('depends_on');
  const links = fields.texts('links').map((link) => {
    const [service = '', alias] = link.split(':');
    if (alias !== undefined && alias !== service) place.lose(`links: ${showValue(link)}`, `It is found as ${service}.`);
    return [service, null] as const;
  });
  const entries: (readonly [string, Value])[] = isMap(value)
    ? Object.entries(value)
    : isList(value)
      ? value.map((service) => [textOf(service), null] as const)
      : [];
  const after: DraftMap = {};
  for (const [service, given] of [...links, ...entries]) {
    const name = names.get(service);
    const inner = new Fields(given ?? undefined, place, `depends_on.${service}.`);
    const said = inner.text('condition') ?? 'service_started';
    const condition = conditions[said];
    inner.flag('required');
    inner.finish({ restart: 'Nothing is restarted because another process was.' });
    if (name === undefined || leftOut.has(service) || condition === undefined) {
      const reason = condition === undefined ? 'It is no condition.' : `${service} is not in this declaration.`;
      place.lose(`depends_on: ${showValue(service)} (${showValue(said)})`, reason);
    } else after[name] = condition;
  }
  return after;
}

function readyOf(fields: Fields): PlainData | undefined {
  const { place } = fields;
  const check = fields.inner('healthcheck');
  const test = check.take('test');
  const isOff = check.flag('disable') === true;
  const timing = 'A check is repeated until it succeeds; each may take 10 s.';
  check.finish(
    Object.fromEntries(
      ['interval', 'timeout', 'retries', 'start_period', 'start_interval'].map((name) => [name, timing]),
    ),
  );
  if (isOff || test === undefined) return undefined;
  if (typeof test === 'string') return { command: test };
  const [kind, ...words] = isList(test) ? test.map(textOf) : [];
  if (kind === 'NONE') return undefined;
  if (kind === 'CMD-SHELL' && words.length === 1) return { command: words[0] ?? '' };
  if (kind === 'CMD' && words.length > 0) return { command: words };
  place.lose(`healthcheck.test: ${showValue(test)}`, 'It is of no form that compose has.');
  return undefined;
}

function stopOf(fields: Fields): DraftMap {
  const signal = fields.text('stop_signal')?.replace(/^SIG/, '');
  const isKnown = (stopSignals as readonly string[]).includes(signal ?? '');
  if (signal !== undefined && !isKnown)
    fields.place.lose(`stop_signal: ${showValue(signal)}`, `A process is stopped by ${stopSignals.join(', ')}.`);
  return filled({ signal: isKnown ? signal : undefined, timeout: fields.duration('stop_grace_period') });
}

/** The size of the log, from the options of drivers that keep files. */
function logOf(fields: Fields): DraftMap {
  const { place } = fields;
  const logging = fields.inner('logging');
  const driver = logging.text('driver');
  const options = logging.inner('options');
  const text = options.text('max-size');
  const files = toWhole(options.text('max-file') ?? '1') ?? 1;
  options.finish();
  logging.finish();
  if (driver !== undefined && driver !== 'json-file' && driver !== 'local')
    place.lose(`logging.driver: ${showValue(driver)}`, 'Symphony reads logs where the engine keeps them.');
  const size = text === undefined ? undefined : parseImportedSize(text);
  const [, amount, unit = ''] = /^([\d.]+)(.*)$/.exec(size ?? '') ?? [];
  return filled({ size: amount === undefined ? undefined : `${Number(amount) * Math.max(1, files)}${unit}` });
}
