import { registeredSettings } from '../contract/backend-registry.ts';
import type { BackendSettings } from '../contract/extensions.ts';
import { type GeneralSettings, generalSettings } from './general-settings.ts';
import type { SettingDefinition, SettingFlag } from './setting-definition.ts';

/** The values of all settings, those of backends included. */
export interface SettingValues extends GeneralSettings, BackendSettings {}

export type SettingName = keyof SettingValues;

/** Every setting of this program by name: the general ones, then those of each registered backend. */
export function settingDefinitions(): ReadonlyMap<SettingName, SettingDefinition> {
  const ofBackends = [...registeredSettings()].map(([name, { definition }]) => [name, definition] as const);
  return new Map([...Object.entries(generalSettings), ...ofBackends]) as Map<SettingName, SettingDefinition>;
}

export function settingNames(): readonly SettingName[] {
  return [...settingDefinitions().keys()];
}

/** An option of every command that sets a setting of a backend. */
export interface SettingOption extends SettingFlag {
  readonly backend: string;
  readonly setting: SettingName;
  /** `--node-pools` */
  readonly option: string;
}

/** The options that set settings of backends, in the order of registration. */
export function settingOptions(): readonly SettingOption[] {
  return [...registeredSettings()].flatMap(
    ([
      name,
      {
        backend,
        definition: { flag },
      },
    ]) => {
      if (flag === undefined) return [];
      const setting = name as SettingName;
      return [{ ...flag, backend, setting, option: optionName(setting) }];
    },
  );
}

/** The option of a command that sets a setting: `--node-pools` for `nodePools`. */
export function optionName(name: SettingName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}`;
}

/** `SYMPHONY_EXPERIMENT_FOLDER` for `experimentFolder`. */
export function environmentName(name: SettingName): string {
  return `SYMPHONY_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
