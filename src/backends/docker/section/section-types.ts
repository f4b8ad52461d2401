/** A validated `docker:` section. */
export interface DockerSection {
  /** An existing network, instead of one of the experiment's own. Only on the experiment. */
  readonly network?: string;
  readonly mount?: boolean;
  readonly workingDir?: string | null;
  readonly user?: string;
  readonly pull?: PullPolicy;
  /** The folder to build from, or more about the build. */
  readonly build?: string | BuildInput;
  readonly volumes?: readonly string[];
  readonly tmpfs?: Readonly<Record<string, number | string>>;
  readonly sharedMemory?: number | string;
  readonly ulimits?: Readonly<Record<string, UlimitInput>>;
  readonly extraHosts?: Readonly<Record<string, string>>;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly devices?: readonly string[];
  readonly runtime?: string;
  readonly init?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly patch?: Readonly<Record<string, unknown>>;
}

/** An image to build. */
export interface BuildInput {
  /** The folder whose files a build may use; absolute in a validated spec. */
  readonly context: string;
  /** Relative to the context; `Dockerfile` by default. */
  readonly dockerfile?: string;
  /** The stage of the Dockerfile to build; the last one by default. */
  readonly target?: string;
  readonly args?: Readonly<Record<string, string | number | boolean>>;
}

export type PullPolicy = 'always' | 'missing' | 'never';

/** The limit, or the soft and the hard one. */
export type UlimitInput = number | { readonly soft: number; readonly hard: number };

/** What the sections of one process say together: those of the experiment, of its group and its own. */
export interface DockerSettings {
  /** Undefined: where the engine is this machine's. */
  readonly mount?: boolean;
  /** null for the image's own; undefined for the process's `startDir`. */
  readonly workingDir?: string | null;
  readonly user?: string;
  readonly pull: PullPolicy;
  readonly volumes: readonly DeclaredVolume[];
  /** Sizes in bytes by the path where they are mounted. */
  readonly tmpfs: Readonly<Record<string, number>>;
  /** In bytes. */
  readonly sharedMemory?: number;
  readonly ulimits: Readonly<Record<string, UlimitInput>>;
  readonly extraHosts: Readonly<Record<string, string>>;
  readonly capabilities: { readonly add: readonly string[]; readonly drop: readonly string[] };
  readonly devices: readonly string[];
  readonly runtime?: string;
  readonly init: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** From the outermost section to the innermost. */
  readonly patches: readonly Readonly<Record<string, unknown>>[];
}

/** A volume in parts: `/data:/data:ro`, `cache:/cache`, `/scratch`. */
export interface DeclaredVolume {
  /** An absolute path of the engine's machine, or the name of a volume; undefined for an anonymous volume. */
  readonly source?: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** The number of an anonymous volume among those of the process group, whose processes share it. */
  readonly groupIndex?: number;
}
