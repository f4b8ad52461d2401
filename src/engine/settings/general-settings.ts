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
  historyAge: {
    schema: { type: 'string', pattern: '^(off|unlimited|\\d+(\\.\\d+)?(s|m|h|d)?)$' },
    default: '90d',
    description: 'How long deleted experiments stay in the history',
    expects: 'a duration such as 30d or 12h; unlimited; or off, and deleted experiments leave nothing',
  },
  historyLogSize: {
    schema: { type: 'string', pattern: '^(off|\\d+(\\.\\d+)?([kKMGT]|[KMGT]i)?)$' },
    default: '4Mi',
    description: 'How much of the end of each log the history keeps',
    expects: 'a size such as 4Mi or 512Ki; or off, and it keeps no logs',
  },
  historySize: {
    schema: { type: 'string', pattern: '^(off|unlimited|\\d+(\\.\\d+)?([kKMGT]|[KMGT]i)?)$' },
    default: '2Gi',
    description: 'How much the history may occupy on the disk; the oldest experiments go first',
    expects: 'a size such as 2Gi or 500M; unlimited; or off, and deleted experiments leave nothing',
  },
  historyWait: {
    schema: { type: 'integer', minimum: 1, maximum: 3600 },
    default: 30,
    description: 'How many seconds a deletion on another machine waits for the logs that the history keeps',
    expects: 'a whole number of seconds from 1 to 3600',
  },
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
  /** A duration, `unlimited` or `off`. */
  readonly historyAge: string;
  /** A size, or `off`. */
  readonly historyLogSize: string;
  /** A size, `unlimited` or `off`. */
  readonly historySize: string;
  /** Seconds. */
  readonly historyWait: number;
}
