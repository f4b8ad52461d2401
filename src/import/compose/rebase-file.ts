import { isAbsolute, join } from 'node:path/posix';
import { isList, isMap, type Value, type ValueMap } from '../value.ts';

/**
 * A compose file of another folder, with its relative paths as they are from here.
 * @param folder of its paths, from here; empty for this one
 */
export function rebaseFile(file: ValueMap, folder: string): ValueMap {
  if (folder === '' || folder === '.') return file;
  const path = (value: Value): Value => (typeof value === 'string' ? rebasePath(value, folder) : value);
  const resource = (value: Value) => change(value, { file: path });
  return change(file, {
    include: (value) =>
      each(value, (one) =>
        isMap(one) ? change(one, { path: paths, project_directory: path, env_file: paths }) : path(one),
      ),
    services: (value) => entries(value, service),
    secrets: (value) => entries(value, resource),
    configs: (value) => entries(value, resource),
  }) as ValueMap;

  function paths(value: Value): Value {
    return each(value, path);
  }

  function service(value: Value): Value {
    return change(value, {
      build: (build) => (isMap(build) ? change(build, { context: path }) : path(build)),
      env_file: (files) => each(files, (one) => (isMap(one) ? change(one, { path }) : path(one))),
      extends: (target) => change(target, { file: path }),
      volumes: (volumes) => each(volumes, volume),
    });
  }

  function volume(value: Value): Value {
    if (isMap(value)) return value.type === 'bind' ? change(value, { source: path }) : value;
    if (typeof value !== 'string') return value;
    const [source = '', ...rest] = value.split(':');
    return rest.length > 0 && source.startsWith('.') ? [path(source), ...rest].join(':') : value;
  }
}

/** A path from here. It begins with `./` or `../`, as those of volumes must; addresses of other machines stay. */
function rebasePath(path: string, folder: string): string {
  if (isAbsolute(path) || /^~|^[\w+.-]+:\/\/|^[\w.-]+@/.test(path)) return path;
  const joined = join(folder, path);
  return /^[./]/.test(joined) ? joined : `./${joined}`;
}

type Changes = Readonly<Record<string, (value: Value) => Value>>;

/** A map with some of its fields changed. */
function change(value: Value, changes: Changes): Value {
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      Object.hasOwn(changes, name) ? (changes[name]?.(item) ?? null) : item,
    ]),
  );
}

function each(value: Value, convert: (item: Value) => Value): Value {
  return isList(value) ? value.map(convert) : convert(value);
}

function entries(value: Value, convert: (item: Value) => Value): Value {
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, convert(item)])) : value;
}
