import type { NotifySettings } from '../contract/notices.ts';
import { notifySetting } from './notify-setting.ts';
import type { SettingDefinition } from './setting-definition.ts';

/** The settings that belong to no backend. */
export const generalSettings = {
  backend: {
    schema: { type: 'string', pattern: '^[a-z][a-z0-9-]*$' },
    default: 'local',
    description: 'The backend of commands that name none',
    expects: 'the name of a backend, such as local',
  },
  username: {
    schema: { type: 'string', pattern: '^([a-z]([a-z0-9-]{0,28}[a-z0-9])?)?$' },
    default: '',
    description: 'Put before the name of every experiment: sarah-rl',
    expects: 'lower case letters, digits and hyphens, starting with a letter, 30 at most; or nothing',
  },
  experimentFolder: {
    schema: { type: 'string' },
    path: true,
    default: '',
    description: 'Where the spec of every launched experiment is saved; nowhere if empty',
    expects: 'the path of a folder; or nothing',
  },
  theme: {
    schema: { type: 'string', enum: ['auto', 'dark', 'light', 'high-contrast', 'none'] },
    default: 'auto',
    description: 'Colours of the full-screen interface',
    expects: 'auto, dark, light, high-contrast or none',
  },
  color: {
    schema: { type: 'string', enum: ['auto', 'always', 'never'] },
    default: 'auto',
    description: 'Colours in the output of commands',
    expects: 'auto, always or never',
  },
  mouse: {
    schema: { type: 'boolean' },
    default: true,
    description: 'Whether the full-screen interface listens to the mouse',
    expects: 'true or false',
  },
  keys: {
    schema: { type: 'object', additionalProperties: { type: 'string' } },
    default: {},
    description: 'Other keys for actions of the full-screen interface, by action',
    expects: 'actions with their keys, such as {"delete": "ctrl-x"}',
  },
  notify: notifySetting,
} as const satisfies Readonly<Record<string, SettingDefinition>>;

/** The values of the general settings. */
export interface GeneralSettings {
  readonly backend: string;
  readonly username: string;
  /** Absolute, or empty. */
  readonly experimentFolder: string;
  readonly theme: 'auto' | 'dark' | 'light' | 'high-contrast' | 'none';
  readonly color: 'auto' | 'always' | 'never';
  readonly mouse: boolean;
  readonly keys: Readonly<Record<string, string>>;
  readonly notify: NotifySettings;
}
