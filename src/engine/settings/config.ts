import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SymphonyError } from '../contract/errors.ts';
import { withFileLock } from '../files/file-lock.ts';
import { systemErrorText } from '../files/system-error.ts';
import { findWorkingDirectory } from '../files/working-directory.ts';
import {
  readProjectFile,
  readUserFile,
  readUserSettings,
  type UnknownSetting,
  userSettingsPath,
} from './settings-files.ts';
import { environmentName, optionName, type SettingName, type SettingValues, settingNames } from './settings-table.ts';
import { checkSetting, checkSettingName, parseSettingText, settingDefinition } from './validate-setting.ts';

export {
  environmentName,
  type SettingName,
  type SettingValues,
  settingDefinitions,
  settingNames,
  settingOptions,
} from './settings-table.ts';
export { parseSettingText } from './validate-setting.ts';

/** Where a setting's value comes from, highest precedence first. */
export type SettingSource = 'flag' | 'program' | 'environment' | 'project' | 'user' | 'default';

export interface SettingReading<Value = unknown> {
  readonly value: Value;
  readonly source: SettingSource;
  /** The file or the environment variable that sets it. */
  readonly place?: string;
}

export type SettingReadings = { readonly [Name in SettingName]: SettingReading<SettingValues[Name]> };

/** Values set in this process: on its command line, or by the program itself (SymphonyConfig). */
const inProcess = { flag: new Map<SettingName, unknown>(), program: new Map<SettingName, unknown>() };

/**
 * Sets a value for this process alone; undefined removes it.
 * @throws SymphonyError `usage` if the value is invalid
 */
export function overrideSetting<Name extends SettingName>(
  source: 'flag' | 'program',
  name: Name,
  value: SettingValues[Name] | undefined,
): void {
  if (value === undefined) {
    inProcess[source].delete(name);
  } else {
    const place = source === 'flag' ? optionName(name) : 'SymphonyConfig';
    inProcess[source].set(name, checkSetting(name, value, { place }));
  }
}

/** The value that `overrideSetting` set from either source, or undefined. */
export function overriddenSetting<Name extends SettingName>(name: Name): SettingValues[Name] | undefined {
  return (inProcess.flag.get(name) ?? inProcess.program.get(name)) as SettingValues[Name] | undefined;
}

/**
 * Reads a setting from the first source that sets it: flags, the program, `SYMPHONY_*`, `.symphony.yaml` (or `.yml`) in or above
 * the working directory, the user's own file, its default.
 * @throws SymphonyError `usage` naming the file and line, or the variable, with an invalid value
 */
export async function readSetting<Name extends SettingName>(name: Name): Promise<SettingValues[Name]> {
  return (await readOne(name)).value;
}

/** Every setting with its source. @throws SymphonyError as `readSetting` */
export async function readSettings(): Promise<SettingReadings> {
  const readings = await Promise.all(settingNames().map(async (name) => [name, await readOne(name)] as const));
  return Object.fromEntries(readings) as SettingReadings;
}

/** What the settings files set that this program does not know. @throws SymphonyError as `readSetting` */
export async function readUnknownSettings(): Promise<readonly UnknownSetting[]> {
  const project = await readProjectFile(findWorkingDirectory());
  return [...(project?.unknown ?? []), ...readUserFile().unknown];
}

async function readOne<Name extends SettingName>(name: Name): Promise<SettingReading<SettingValues[Name]>> {
  const found = (value: unknown, source: SettingSource, place?: string) => ({
    value: value as SettingValues[Name],
    source,
    ...(place === undefined ? {} : { place }),
  });
  if (inProcess.flag.has(name)) return found(inProcess.flag.get(name), 'flag');
  if (inProcess.program.has(name)) return found(inProcess.program.get(name), 'program');
  const variable = environmentName(name);
  const text = process.env[variable];
  if (text !== undefined) {
    const value = checkSetting(name, parseSettingText(name, text), { place: variable });
    return found(value, 'environment', variable);
  }
  const project = await readProjectFile(findWorkingDirectory());
  if (project !== undefined && name in project.values) return found(project.values[name], 'project', project.path);
  const user = readUserFile();
  if (name in user.values) return found(user.values[name], 'user', user.path);
  return found(settingDefinition(name).default, 'default');
}

/**
 * Writes a setting to the user's own file. Concurrent writers of different settings lose nothing.
 * @throws SymphonyError `usage` if the name or the value is invalid
 */
export async function writeSetting<Name extends SettingName>(name: Name, value: SettingValues[Name]): Promise<void> {
  const known = checkSettingName(name, 'settings');
  const checked = checkSetting(known, value, { place: 'settings' });
  await changeUserFile((store) => store.set(known, checked));
}

/**
 * Removes a setting from the user's own file, even if its name is unknown or its value invalid.
 * @returns whether the file set it
 */
export async function unsetSetting(name: string): Promise<boolean> {
  let wasThere = false;
  await changeUserFile((store) => {
    wasThere = store.has(name);
    store.delete(name);
  });
  return wasThere;
}

interface Store {
  has(name: string): boolean;
  set(name: string, value: unknown): void;
  delete(name: string): void;
}

async function changeUserFile(change: (store: Store) => void): Promise<void> {
  const path = userSettingsPath();
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await withFileLock(join(folder, 'settings.lock'), async () => {
      readUserSettings(path);
      const { default: Conf } = await import('conf');
      change(
        new Conf<Record<string, unknown>>({
          cwd: folder,
          configName: 'settings',
          configFileMode: 0o600,
          accessPropertiesByDotNotation: false,
        }),
      );
      await chmod(path, 0o600).catch(() => {});
    });
  } catch (error) {
    if (error instanceof SymphonyError) throw error;
    throw new SymphonyError(
      'failed',
      `Settings cannot be written to ${path}: ${systemErrorText(error as NodeJS.ErrnoException)}.`,
      {
        cause: error,
      },
    );
  }
}
