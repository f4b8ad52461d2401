import { isAbsolute, join } from 'node:path/posix';
import type { PlainData } from '../../engine/spec/source/plain-data.ts';
import type { Place } from '../draft.ts';
import { Fields } from '../fields.ts';
import { parseImportedSize } from '../quantities.ts';
import type { ImportSource } from '../source.ts';
import { showValue, type Value } from '../value.ts';

export interface Mounts {
  readonly volumes: string[];
  readonly tmpfs: { [path: string]: PlainData };
}

/** The size of a file system in memory that the file gives none. */
const defaultTmpfsSize = '1Gi';

/** What a service mounts: its `volumes`, `tmpfs` and `configs`. @param configs the files of the configs, by name */
export function mountsOf(fields: Fields, source: ImportSource, configs: ReadonlyMap<string, string>): Mounts {
  const { place } = fields;
  const mounts: Mounts = { volumes: [], tmpfs: {} };
  const addTmpfs = (target: string, size: string | undefined) => {
    mounts.tmpfs[target] = size ?? defaultTmpfsSize;
    if (size === undefined) place.tell(`tmpfs ${target} has no size; Symphony needs one.`);
  };
  const bind = (from: string, target: string, isReadOnly: boolean) =>
    mounts.volumes.push(`${absolute(from, source)}:${target}${isReadOnly ? ':ro' : ''}`);
  for (const value of fields.list('volumes')) {
    const shown = `volumes: ${showValue(value)}`;
    if (typeof value === 'string') shortVolume(value, shown, mounts, bind, place);
    else longVolume(value, shown, { mounts, bind, addTmpfs, place });
  }
  for (const text of fields.texts('tmpfs')) {
    const [target = '', options = ''] = text.split(':');
    const size = /(?:^|,)size=([^,]+)/.exec(options)?.[1];
    if (isTarget(target)) addTmpfs(target, size === undefined ? undefined : parseImportedSize(size));
    else place.lose(`tmpfs: ${showValue(text)}`, 'It is no absolute path.');
  }
  for (const value of fields.list('configs')) {
    const config =
      typeof value === 'string' ? new Fields({ source: value }, place) : new Fields(value, place, 'configs.');
    const name = config.text('source') ?? '';
    const target = config.text('target') ?? `/${name}`;
    const file = configs.get(name);
    config.finish({ mode: 'The file has the mode that it has on this machine.' });
    if (file === undefined) place.lose(`configs: ${name}`, 'Only a config that is a file can be mounted.');
    else if (!isTarget(target)) place.lose(`configs: ${name}`, 'Its target is no absolute path.');
    else bind(file, target, true);
  }
  return mounts;
}

function shortVolume(
  text: string,
  shown: string,
  mounts: Mounts,
  bind: (from: string, target: string, isReadOnly: boolean) => void,
  place: Place,
): void {
  const parts = text.split(':');
  const [first = '', second, modes = '', ...others] = parts;
  if (others.length > 0 || !isTarget(second ?? first)) {
    place.lose(shown, 'It is of no form that Symphony has.');
    return;
  }
  const options = modes.split(',').filter((option) => option !== '');
  const extra = options.filter((option) => option !== 'ro' && option !== 'rw');
  if (extra.length > 0) place.lose(`${shown} (${extra.join(', ')})`, 'Symphony has only :ro.');
  if (second === undefined) mounts.volumes.push(first);
  else if (/^[./~]/.test(first)) bind(first, second, options.includes('ro'));
  else named(first, second, options.includes('ro'), mounts, place);
}

interface LongVolume {
  readonly mounts: Mounts;
  readonly bind: (from: string, target: string, isReadOnly: boolean) => void;
  readonly addTmpfs: (target: string, size: string | undefined) => void;
  readonly place: Place;
}

function longVolume(value: Value, shown: string, { mounts, bind, addTmpfs, place }: LongVolume): void {
  const fields = new Fields(value, place, 'volumes.');
  const [type = 'volume', from, target = ''] = [fields.text('type'), fields.text('source'), fields.text('target')];
  const isReadOnly = fields.flag('read_only') ?? false;
  if (!isTarget(target)) place.lose(shown, 'Its target is no absolute path.');
  else if (type === 'bind' && from !== undefined) bind(from, target, isReadOnly);
  else if (type === 'volume' && from === undefined) mounts.volumes.push(target);
  else if (type === 'volume' && from !== undefined) named(from, target, isReadOnly, mounts, place);
  else if (type === 'tmpfs') {
    const inner = fields.inner('tmpfs');
    addTmpfs(target, inner.size('size'));
    inner.finish();
  } else place.lose(shown, `Symphony mounts nothing of the type ${type}.`);
  fields.finish();
}

function named(name: string, target: string, isReadOnly: boolean, mounts: Mounts, place: Place): void {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) mounts.volumes.push(`${name}:${target}${isReadOnly ? ':ro' : ''}`);
  else place.lose(`volumes: ${name}:${target}`, 'It is no name of a volume.');
}

function isTarget(path: string): boolean {
  return /^\/[^:]*$/.test(path);
}

/** A path of this machine as the engine wants it. */
function absolute(path: string, { folder, variables }: ImportSource): string {
  if (path === '~' || path.startsWith('~/')) return join(variables.HOME ?? '/root', path.slice(1));
  return isAbsolute(path) ? path : join(folder, path);
}
