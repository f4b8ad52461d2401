/**
 * Every setting: the JSON Schema of its value, its default, and one line on what it does. A path is resolved against the
 * folder of the file that sets it.
 */
export const settings = {
  backend: {
    schema: { type: 'string', pattern: '^[a-z][a-z0-9-]*$' },
    default: 'local',
    description: 'The backend of commands that name none',
    expects: 'the name of a backend, such as local or kube',
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
  context: {
    schema: { type: 'string' },
    default: '',
    description: 'The context of the kubeconfig that kube uses; its current one if empty',
    expects: 'the name of a context; or nothing',
  },
  kubeconfig: {
    schema: { type: 'string' },
    path: true,
    default: '',
    description: 'The kubeconfig file that kube uses; found as kubectl finds it if empty',
    expects: 'the path of a file; or nothing',
  },
  tmuxSocket: {
    schema: { type: 'string', pattern: '^[A-Za-z0-9_.-]*$' },
    default: '',
    description: 'The tmux server of the tmux backend, as in tmux -L; Symphony’s own if empty',
    expects: 'letters, digits, hyphens, underscores and dots; or nothing',
  },
  namespace: {
    schema: { type: 'string', pattern: '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$' },
    default: '',
    description: 'The namespace of experiments on kube that name none; one of their own if empty',
    expects: 'the name of a namespace; or nothing',
  },
  nodePools: {
    schema: { type: 'string' },
    default: '',
    description: 'Where kube finds node pools: a node-pool file, Terraform’s JSON, or cluster for those of its nodes',
    expects: 'the path of a file, or cluster; or nothing',
  },
  logStreams: {
    schema: { type: 'integer', minimum: 1, maximum: 10_000 },
    default: 100,
    description: 'How many logs are followed on kube at once: each is a connection',
    expects: 'a whole number from 1',
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
} as const;

export interface SettingValues {
  readonly backend: string;
  readonly username: string;
  /** Absolute, or empty. */
  readonly experimentFolder: string;
  readonly context: string;
  /** Absolute, or empty. */
  readonly kubeconfig: string;
  /** Empty for Symphony's own server. */
  readonly tmuxSocket: string;
  readonly namespace: string;
  readonly nodePools: string;
  readonly logStreams: number;
  readonly theme: 'auto' | 'dark' | 'light' | 'high-contrast' | 'none';
  readonly color: 'auto' | 'always' | 'never';
  readonly mouse: boolean;
  readonly keys: Readonly<Record<string, string>>;
}

export type SettingName = keyof SettingValues;

export const settingNames = Object.keys(settings) as SettingName[];

/** `SYMPHONY_EXPERIMENT_FOLDER` for `experimentFolder`. */
export function environmentName(name: SettingName): string {
  return `SYMPHONY_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
