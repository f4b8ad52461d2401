import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SymphonyError } from '../contract/errors.ts';
import { symphonyPaths } from '../files/paths.ts';
import { closestNames } from '../text/suggestion.ts';
import { type SettingName, settingNames } from './settings-table.ts';
import { checkSetting, checkSettingName, type SettingPlace } from './validate-setting.ts';

/** A setting of a file that this program does not know. It has no effect. */
export interface UnknownSetting {
  readonly name: string;
  /** The file, with the line where it is known. */
  readonly place: string;
}

/** The validated settings of a file. */
export interface SettingsFile {
  readonly path: string;
  readonly values: Readonly<Partial<Record<SettingName, unknown>>>;
  /** What the file sets that this program does not know, such as settings of a backend that it does not have. */
  readonly unknown: readonly UnknownSetting[];
}

const projectFileNames = ['.symphony.yaml', '.symphony.yml'];

export function userSettingsPath(): string {
  return join(symphonyPaths().config, 'settings.json');
}

/** The user's own settings. Read without a library, because every command starts with this. */
export function readUserFile(): SettingsFile {
  const path = userSettingsPath();
  return { path, ...checkAll(readUserSettings(path), () => ({ place: path, folder: dirname(path) })) };
}

/** The user's file, not validated. @throws SymphonyError `usage` if it is not JSON, or not an object */
export function readUserSettings(path: string): Record<string, unknown> {
  const text = readIfThere(path);
  if (text === undefined || text.trim() === '') return {};
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new SymphonyError('usage', `${path} is not JSON: ${(error as Error).message}.`, {
      hint: 'Correct the file, or remove it to start over.',
    });
  }
  return asObject(data, path);
}

/**
 * The nearest `.symphony.yaml` or `.symphony.yml` in the folder or above it; undefined if there is none.
 * @throws SymphonyError `usage` if a folder has both, and for a file that is not valid
 */
export async function readProjectFile(folder: string | undefined): Promise<SettingsFile | undefined> {
  if (folder === undefined) return undefined;
  for (let current = folder; ; current = dirname(current)) {
    const found = projectFileNames.flatMap((name) => {
      const path = join(current, name);
      const text = readIfThere(path);
      return text === undefined ? [] : [{ path, text }];
    });
    const [file, other] = found;
    if (file !== undefined && other !== undefined) {
      throw new SymphonyError('usage', `There are two files of settings: ${file.path} and ${other.path}.`, {
        hint: 'Put all settings into one of them, and remove the other.',
      });
    }
    if (file !== undefined) return parseProjectFile(file.path, file.text);
    if (dirname(current) === current) return undefined;
  }
}

async function parseProjectFile(path: string, text: string): Promise<SettingsFile> {
  const { LineCounter, parseDocument, isMap, isScalar } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new SymphonyError('usage', `${path}:${line}:${col}: ${problem.message.split('\n')[0]}`);
  }
  const lineOf = new Map<string, number>();
  if (isMap(document.contents)) {
    for (const { key } of document.contents.items) {
      if (isScalar(key) && key.range) lineOf.set(String(key.value), lines.linePos(key.range[0]).line);
    }
  }
  const values = asObject(document.toJS() ?? {}, path);
  const folder = dirname(path);
  return { path, ...checkAll(values, (name) => ({ place: `${path}:${lineOf.get(name) ?? 1}`, folder })) };
}

function checkAll(
  values: Readonly<Record<string, unknown>>,
  placeOf: (name: string) => SettingPlace,
): Pick<SettingsFile, 'values' | 'unknown'> {
  const checked: Partial<Record<SettingName, unknown>> = {};
  const unknown: UnknownSetting[] = [];
  for (const [key, value] of Object.entries(values)) {
    const { place, folder } = placeOf(key);
    if (mayBelongElsewhere(key)) {
      unknown.push({ name: key, place });
      continue;
    }
    const name = checkSettingName(key, place);
    checked[name] = checkSetting(name, value, { place, ...(folder === undefined ? {} : { folder }) });
  }
  return { values: checked, unknown };
}

/**
 * Whether a name may be the setting of a backend that another program registers: programs share these files. A name like
 * that of a known setting is a typing error.
 */
function mayBelongElsewhere(name: string): boolean {
  const known = settingNames();
  return !known.includes(name as SettingName) && closestNames(name, known).length === 0;
}

function asObject(data: unknown, path: string): Record<string, unknown> {
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Record<string, unknown>;
  throw new SymphonyError('usage', `${path} must hold settings by name.`, {
    hint: 'Such as backend with the value local.',
  });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // The user may have no access to a folder further up.
    if (code === 'ENOENT' || code === 'ENOTDIR' || (code === 'EACCES' && projectFileNames.includes(basename(path))))
      return undefined;
    throw new SymphonyError('usage', `Settings cannot be read: ${message}.`, { cause: error });
  }
}
