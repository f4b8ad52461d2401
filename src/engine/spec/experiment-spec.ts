/**
 * A validated spec: plain data, the same whether it was declared in TypeScript or read from a file. Fields that were not
 * given are absent, so that printing it gives back what its author wrote. `resolveExperiment` turns it into what backends
 * work from, with every default filled in.
 */
export interface ExperimentSpec {
  readonly name: string;
  readonly processes: Readonly<Record<string, ProcessSpec>>;
  readonly groups: Readonly<Record<string, ProcessGroupSpec>>;
  /** First and last port that may be assigned; 7000-8999 by default. */
  readonly portRange?: readonly [number, number];
  /** What one failed process means for the others; `continue` by default. */
  readonly onFailure?: OnFailure;
  readonly env?: Readonly<Record<string, EnvironmentValue>>;
  /** Absolute, or relative to the folder in which the spec was declared. */
  readonly startDir?: string;
  readonly preamble?: readonly string[];
  readonly image?: string;
  readonly files?: readonly string[];
  readonly secrets?: readonly string[];
  /** What only one backend knows, for the whole experiment. */
  readonly kube?: BackendSection;
  readonly tmux?: BackendSection;
  readonly docker?: BackendSection;
}

export type OnFailure = 'continue' | 'stop';

export interface ProcessGroupSpec {
  readonly processes: Readonly<Record<string, ProcessSpec>>;
  readonly replicas?: number;
  readonly kube?: BackendSection;
  readonly tmux?: BackendSection;
  readonly docker?: BackendSection;
}

export interface ProcessSpec {
  /** A string runs in a shell, a list is an argv. */
  readonly command: string | readonly string[];
  readonly env?: Readonly<Record<string, EnvironmentValue>>;
  readonly startDir?: string;
  readonly preamble?: readonly string[];
  readonly replicas?: number;
  /** Service name to the port it wants, or null for a free one. */
  readonly bind?: Readonly<Record<string, number | null>>;
  readonly connect?: readonly string[];
  readonly expose?: Readonly<Record<string, number | null>>;
  readonly restart?: RestartPolicy;
  /** At most so many restarts; without it, no limit. */
  readonly maxRestarts?: number;
  readonly ready?: Readiness;
  readonly stop?: { readonly signal?: StopSignal; readonly timeout?: number };
  readonly tty?: boolean;
  readonly resources?: Resources;
  readonly image?: string;
  readonly log?: { readonly size: number };
  readonly files?: readonly string[];
  readonly secrets?: readonly string[];
  readonly kube?: BackendSection;
  readonly tmux?: BackendSection;
  readonly docker?: BackendSection;
}

/** What only one backend knows: validated by that backend, in its `plan`. */
export type BackendSection = Readonly<Record<string, unknown>>;

export type EnvironmentValue = string | SecretReference;

/** Where a secret's value comes from when the experiment is launched. The value itself is in no spec. */
export type SecretReference =
  | { readonly secret: true; readonly fromEnv: string }
  | { readonly secret: true; readonly fromFile: string };

export type RestartPolicy = 'never' | 'on-failure' | 'always';

/** Without one, a process is ready when every service it binds is listening; if it binds none, once it started. */
export type Readiness =
  | 'started'
  | { readonly service: string }
  /** A regular expression that one line of its log matches. */
  | { readonly log: string }
  /** A command that succeeds, run with the process's own environment and folder. */
  | { readonly command: string | readonly string[] };

/** Signals that may end a process: POSIX names without SIG. */
export const stopSignals = ['TERM', 'INT', 'HUP', 'QUIT', 'KILL', 'USR1', 'USR2'] as const;
export type StopSignal = (typeof stopSignals)[number];

export interface Resources {
  /** Cores. */
  readonly cpu?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly gpu?: number;
}
