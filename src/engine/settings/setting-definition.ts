/** A setting: the form of its value, its default, and what it does. */
export interface SettingDefinition {
  readonly schema: SettingSchema;
  readonly default: unknown;
  /** What it does, in one line. */
  readonly description: string;
  /** What a valid value is, for messages: `the name of a context; or nothing`. */
  readonly expects: string;
  /** Whether the value is a path: `~` is expanded, and it is relative to the folder of the file that sets it. */
  readonly path?: boolean;
  /** Makes a value fit to be shown where it may hold a secret. It is also given invalid values. By default all is shown. */
  readonly shown?: (value: unknown) => unknown;
  /** The option of every command that sets it, called as the setting: `--node-pools` for `nodePools`. None without it. */
  readonly flag?: SettingFlag;
}

export interface SettingFlag {
  /** What the help calls the value: `name`, `file`. */
  readonly value: string;
  /** One line for the help, which names the backend itself. */
  readonly description: string;
}

/** The JSON Schema of a setting's value. */
export type SettingSchema =
  | { readonly type: 'string'; readonly pattern?: string; readonly enum?: readonly string[] }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'array'; readonly items: SettingSchema; readonly minItems?: number }
  | { readonly type: 'object'; readonly additionalProperties: { readonly type: 'string' } }
  | {
      readonly type: 'object';
      readonly properties: Readonly<Record<string, SettingSchema>>;
      readonly additionalProperties: false;
    }
  | { readonly anyOf: readonly SettingSchema[] };
