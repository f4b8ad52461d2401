import { SymphonyError } from '../../engine/contract/errors.ts';
import { type Draft, type DraftMap, filled, Place } from '../draft.ts';
import { Fields } from '../fields.ts';
import { toName, toNames } from '../imported-names.ts';
import { describeVariables } from '../interpolate.ts';
import type { ImportSource } from '../source.ts';
import { isList, isMap, showValue, type Value, type ValueMap } from '../value.ts';
import { Ports } from './ports.ts';
import { readProject } from './read-project.ts';
import { type ComposeContext, toProcess } from './service.ts';

const reasons: Readonly<Record<string, string>> = {
  include: 'It cannot be read, or includes itself: import the result of "docker compose config".',
  models: 'Symphony runs no models.',
};

/**
 * The processes of a compose file, one for each service.
 * @throws SymphonyError `invalid-spec` if it is not YAML, or declares no service
 */
export async function importCompose(source: ImportSource): Promise<Draft> {
  const draft: Draft = { data: {}, notes: [], leftOut: [] };
  const root = new Place(draft.notes, []);
  const project = await readProject(source);
  for (const sentence of describeVariables(project.used)) root.tell(sentence);
  for (const clash of project.clashes) root.lose(clash, `${source.name} declares it itself.`);
  const file = new Fields(project.value, root);
  const services = file.map('services');
  const serviceNames = Object.keys(services);
  if (serviceNames.length === 0) throw new SymphonyError('invalid-spec', `${source.name} declares no services.`);
  const leftOut = new Set(serviceNames.filter((service) => reasonToLeaveOut(services[service]) !== undefined));
  const context: ComposeContext = {
    source,
    names: toNames(serviceNames, 'service'),
    leftOut,
    awaited: awaitedServices(services),
    ports: new Ports(),
    secrets: filesOf(file, 'secrets'),
    configs: filesOf(file, 'configs'),
  };
  const processes: DraftMap = {};
  for (const [service, value] of Object.entries(services)) {
    const name = context.names.get(service) ?? service;
    const reason = reasonToLeaveOut(value);
    // What is said about a service that is left out has no place.
    const place = reason === undefined ? root.at('processes', name) : new Place([], []);
    const fields = toProcess(service, value, context, place);
    if (reason === undefined) processes[name] = fields;
    else draft.leftOut.push({ name, reason, fields });
  }
  const given = file.text('name');
  file.take('version');
  networks(file, root);
  volumes(file, root);
  file.finish(reasons);
  Object.assign(draft.data, {
    ...filled({ name: toName(given ?? source.folder.split('/').at(-1) ?? '', 'compose') }),
    ...filled({ startDir: source.fromTarget === '' ? undefined : source.fromTarget }),
    // As in compose, a container has the files and the folder of its image.
    docker: { mount: false, workingDir: null },
    kube: { workingDir: null },
    processes,
  });
  return draft;
}

/** Why a service is not started by `docker compose up`. */
function reasonToLeaveOut(value: Value | undefined): string | undefined {
  if (!isMap(value)) return undefined;
  const { profiles, deploy, scale } = value;
  if (isList(profiles) && profiles.length > 0) return `of the profiles ${profiles.map(showValue).join(', ')}`;
  const replicas = (isMap(deploy) ? deploy.replicas : undefined) ?? scale;
  return replicas === '0' ? 'it has no replicas' : undefined;
}

/** Services that others talk to, as far as one can tell: they are started after them, and not after their end. */
function awaitedServices(services: ValueMap): ReadonlySet<string> {
  const names = Object.values(services).flatMap((value) => {
    const { depends_on: given, links } = isMap(value) ? value : {};
    const linked = isList(links) ? links.map((link) => String(link).split(':')[0] ?? '') : [];
    if (isList(given)) return [...linked, ...given.map(String)];
    const entries = Object.entries(isMap(given) ? given : {});
    const isEnd = (one: Value) => isMap(one) && one.condition === 'service_completed_successfully';
    return [...linked, ...entries.filter(([, one]) => !isEnd(one)).map(([name]) => name)];
  });
  return new Set(names);
}

/** The files of secrets or configs, by their names. Others are noted where they are used. */
function filesOf(file: Fields, kind: 'secrets' | 'configs'): ReadonlyMap<string, string> {
  const entries = Object.entries(file.map(kind)).flatMap(([name, value]): [string, string][] =>
    isMap(value) && typeof value.file === 'string' ? [[name, value.file]] : [],
  );
  return new Map(entries);
}

/** Networks without properties only connect services, which are all connected here. */
function networks(file: Fields, root: Place): void {
  for (const [name, value] of Object.entries(file.map('networks'))) {
    if (isMap(value) && Object.keys(value).length > 0) {
      const reason = 'An experiment has one network; docker: { network: NAME } names an existing one.';
      root.lose(`networks.${name}: ${showValue(value)}`, reason);
    }
  }
}

function volumes(file: Fields, root: Place): void {
  const declared = Object.entries(file.map('volumes'));
  if (declared.length > 0)
    root.tell(
      'Volumes have the names that the file gives them. Compose puts the name of the project before them: PROJECT_NAME.',
    );
  for (const [name, value] of declared) {
    if (!isMap(value)) continue;
    const { external: _, ...others } = value;
    if (Object.keys(others).length > 0)
      root.lose(`volumes.${name}: ${showValue(others)}`, 'Create it with "docker volume create", and use its name.');
  }
}
