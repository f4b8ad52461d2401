import { dirname, join, normalize } from 'node:path/posix';
import { parseEnvFile } from '../env-file.ts';
import { interpolate, type UsedVariables, type Variables } from '../interpolate.ts';
import { parseYaml } from '../parse-yaml.ts';
import type { ImportSource } from '../source.ts';
import { isList, isMap, mapTexts, type Value, type ValueMap } from '../value.ts';
import { mergeServices } from './merge-services.ts';
import { rebaseFile } from './rebase-file.ts';

/** What an included file brings along. */
const resourceKinds = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'] as const;

/**
 * A compose file, with what it includes and what its services extend. `include` and `extends` are left where what they
 * name cannot be read, or refers to itself.
 */
export interface ComposeProject {
  readonly value: Value;
  /** The variables that its files refer to. */
  readonly used: UsedVariables;
  /** What a file declares itself, and an included one too: `services.web of db.yaml`. */
  readonly clashes: readonly string[];
}

/**
 * Reads a compose file and the files that it refers to.
 * @throws SymphonyError `invalid-spec` naming file, line and column, if one of them is no YAML
 */
export async function readProject(source: ImportSource): Promise<ComposeProject> {
  const reader = new ProjectReader(source);
  const variables = reader.withEnvFiles(['.env'], source.variables);
  const value = await reader.parse({ path: normalize(source.name), folder: '', variables }, source.text);
  const { used, clashes } = reader;
  if (!isMap(value)) return { value, used, clashes };
  return { value: await reader.complete(value, { path: normalize(source.name), variables }, []), used, clashes };
}

/** A file of a project: its path from the first one, and the variables that it may refer to. */
interface ProjectFile {
  readonly path: string;
  readonly variables: Variables;
}

class ProjectReader {
  readonly used = { known: new Set<string>(), unknown: new Set<string>() };
  readonly clashes: string[] = [];
  readonly #source: ImportSource;

  constructor(source: ImportSource) {
    this.#source = source;
  }

  /** Variables, and below them those of files. */
  withEnvFiles(paths: readonly string[], variables: Variables): Variables {
    const texts = paths.map((path) => this.#source.readFile(path) ?? '');
    return { ...Object.assign({}, ...texts.map((text) => parseEnvFile(text, variables))), ...variables };
  }

  async parse({ path, folder, variables }: ProjectFile & { readonly folder: string }, text: string): Promise<Value> {
    const value = await parseYaml(path, text);
    const replaced = mapTexts(value, (one) => interpolate(one, variables, this.used));
    return isMap(replaced) ? rebaseFile(replaced, folder) : replaced;
  }

  /** @param outer the files that include this one */
  async complete(file: ValueMap, { path, variables }: ProjectFile, outer: readonly string[]): Promise<ValueMap> {
    const services: { [name: string]: Value } = {};
    for (const name of Object.keys(isMap(file.services) ? file.services : {}))
      services[name] = await this.#extended(file, name, { path, variables }, []);
    let result: ValueMap = isMap(file.services) ? { ...file, services } : file;
    const left: Value[] = [];
    for (const entry of listOf(file.include)) {
      const included = await this.#included(entry, variables, [...outer, path]);
      if (included === undefined) left.push(entry);
      else {
        left.push(...listOf(included.include));
        result = this.#withResources(result, included, entry);
      }
    }
    return { ...result, include: left.length > 0 ? left : null };
  }

  /** A service with the fields of the one that it extends. @param inner the services that extend this one */
  async #extended(
    file: ValueMap,
    name: string,
    { path, variables }: ProjectFile,
    inner: readonly string[],
  ): Promise<Value> {
    const service = serviceOf(file, name) ?? null;
    if (!isMap(service) || service.extends === undefined || service.extends === null) return service;
    const target: ValueMap = isMap(service.extends) ? service.extends : { service: service.extends };
    const other = typeof target.file === 'string' ? normalize(target.file) : path;
    const steps = [...inner, `${path}#${name}`];
    if (typeof target.service !== 'string' || steps.includes(`${other}#${target.service}`)) return service;
    const found = other === path ? file : await this.#load(other, dirname(other), variables);
    if (found === undefined || !isMap(serviceOf(found, target.service))) return service;
    const base = await this.#extended(found, target.service, { path: other, variables }, steps);
    const { extends: _, ...own } = service;
    return isMap(base) ? mergeServices(base, own) : service;
  }

  async #included(entry: Value, variables: Variables, outer: readonly string[]): Promise<ValueMap | undefined> {
    const given: ValueMap = isMap(entry) ? entry : {};
    const paths = pathsOf(entry).map(normalize);
    const [first] = paths;
    if (first === undefined || paths.some((path) => outer.includes(path))) return undefined;
    const folder = typeof given.project_directory === 'string' ? given.project_directory : dirname(first);
    const envFiles = given.env_file === undefined ? [join(folder, '.env')] : listOf(given.env_file).map(String);
    const inherited = this.withEnvFiles(envFiles, variables);
    let result: ValueMap = {};
    for (const path of paths) {
      const file = await this.#load(path, folder, inherited);
      if (file === undefined) return undefined;
      result = mergeFiles(result, await this.complete(file, { path, variables: inherited }, outer));
    }
    return result;
  }

  async #load(path: string, folder: string, variables: Variables): Promise<ValueMap | undefined> {
    const text = this.#source.readFile(path);
    if (text === undefined) return undefined;
    const value = await this.parse({ path, folder: normalize(folder), variables }, text);
    return isMap(value) ? value : undefined;
  }

  /** What the file declares itself stays. */
  #withResources(file: ValueMap, included: ValueMap, entry: Value): ValueMap {
    const result: { [name: string]: Value } = { ...file };
    for (const kind of resourceKinds) {
      const [own, other] = [mapOf(file[kind]), mapOf(included[kind])];
      const isNew = ([name]: readonly [string, Value]) => !Object.hasOwn(own, name);
      const added = Object.entries(other).filter(isNew);
      if (added.length > 0) result[kind] = { ...own, ...Object.fromEntries(added) };
      for (const [name, value] of Object.entries(other))
        if (Object.hasOwn(own, name) && JSON.stringify(own[name]) !== JSON.stringify(value))
          this.clashes.push(`${kind}.${name} of ${pathsOf(entry).join(', ')}`);
    }
    return result;
  }
}

/** Files that are named together: each one over those before it. */
function mergeFiles(base: ValueMap, own: ValueMap): ValueMap {
  const include = [...listOf(base.include), ...listOf(own.include)];
  const result: { [name: string]: Value } = { ...base, ...own, include };
  for (const kind of resourceKinds) {
    const [from, to] = [mapOf(base[kind]), mapOf(own[kind])];
    const merged = Object.entries(to).map(([name, value]) => {
      const inherited = Object.hasOwn(from, name) ? from[name] : undefined;
      return [name, isMap(inherited) && isMap(value) ? mergeServices(inherited, value) : value] as const;
    });
    result[kind] = { ...from, ...Object.fromEntries(merged) };
  }
  return result;
}

function serviceOf(file: ValueMap, name: string): Value | undefined {
  const services = mapOf(file.services);
  return Object.hasOwn(services, name) ? services[name] : undefined;
}

/** The files of an entry of `include`. */
function pathsOf(entry: Value): readonly string[] {
  return listOf(isMap(entry) ? entry.path : entry).map(String);
}

function mapOf(value: Value | undefined): ValueMap {
  return isMap(value) ? value : {};
}

function listOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}
