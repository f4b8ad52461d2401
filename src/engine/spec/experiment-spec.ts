import type { BackendSections } from '../contract/extensions.ts';

/**
 * A validated spec: plain data, the same whether it was declared in TypeScript or read from a file. Fields that the author
 * left out are absent, so that printing it returns what the author wrote. `resolveExperiment` fills in every default and
 * returns what backends work with.
 */
/** Fields that an experiment or a group sets for all its processes, and a process for itself. */
export interface SharedFields {
  readonly env?: Readonly<Record<string, EnvironmentValue>>;
  /** Absolute, or relative to the folder of the declaration. */
  readonly startDir?: string;
  /** Shell commands that run before the process, in the same shell: those of the experiment, of the group, its own. */
  readonly preamble?: readonly string[];
  /** The argv of the shell, without `-c`, for the preamble and for commands that are strings; `/bin/sh` by default. */
  readonly shell?: readonly string[];
  readonly image?: string;
  readonly files?: readonly string[];
  readonly secrets?: readonly string[];
}

export interface ExperimentSpec extends SharedFields, BackendSections {
  readonly name: string;
  readonly processes: Readonly<Record<string, ProcessSpec>>;
  readonly groups: Readonly<Record<string, ProcessGroupSpec>>;
  /** First and last port that may be assigned; 7000-8999 by default. */
  readonly portRange?: readonly [number, number];
  /** What happens to the others when one process fails; `continue` by default. */
  readonly onFailure?: OnFailure;
  /** The experiment is over when these have ended: the others are then stopped. */
  readonly endsWith?: EndsWith;
  /** Seconds after which the experiment is stopped, which counts as failed. */
  readonly maxDuration?: number;
}

export type OnFailure = 'continue' | 'stop';

export interface EndsWith {
  /** Names of processes and groups; a name with replicas means all of them. */
  readonly processes: readonly string[];
  /** Seconds that the others are left to end by themselves; 0 by default. */
  readonly delay?: number;
}

/**
 * What another process must have reached before one is started, each once and for all: it was started, was ready (or
 * succeeded without), succeeded, or ended for good in whatever way.
 */
export const startConditions = ['started', 'ready', 'succeeded', 'ended'] as const;
export type StartCondition = (typeof startConditions)[number];

/** A process group, with defaults for its processes. */
export interface ProcessGroupSpec extends SharedFields, BackendSections {
  readonly processes: Readonly<Record<string, ProcessSpec>>;
  readonly replicas?: number;
  readonly restart?: RestartPolicy;
  readonly maxRestarts?: number;
  /** Of each process, unless the process sets the resource itself. */
  readonly resources?: Resources;
  /** Names of processes and groups to what they must have reached before a process of this group is started. */
  readonly after?: Readonly<Record<string, StartCondition>>;
}

export interface ProcessSpec extends SharedFields, BackendSections {
  /** A string runs in a shell, a list is an argv. */
  readonly command: string | readonly string[];
  readonly replicas?: number;
  /** Service name to the wanted port, or null for a free one. */
  readonly bind?: Readonly<Record<string, number | null>>;
  readonly connect?: readonly string[];
  readonly expose?: Readonly<Record<string, number | null>>;
  readonly restart?: RestartPolicy;
  /** The maximum number of restarts; unlimited without it. */
  readonly maxRestarts?: number;
  readonly ready?: Readiness;
  /** Names of processes and groups to what they must have reached before this process is started. */
  readonly after?: Readonly<Record<string, StartCondition>>;
  /** Seconds after which a run is stopped, which counts as failed. */
  readonly maxDuration?: number;
  readonly alive?: Liveness;
  readonly stop?: { readonly signal?: StopSignal; readonly timeout?: number };
  readonly tty?: boolean;
  readonly resources?: Resources;
  readonly log?: { readonly size: number };
}

/** The fields of one backend, which its `plan` validates. */
export type BackendSection = Readonly<Record<string, unknown>>;

export type EnvironmentValue = string | SecretReference;

/** The source of a secret's value at launch. No spec contains the value itself. */
export type SecretReference =
  | { readonly secret: true; readonly fromEnv: string }
  | { readonly secret: true; readonly fromFile: string };

export type RestartPolicy = 'never' | 'on-failure' | 'always';

/** Without it, a process is ready when every service it binds is listening, or once it started if it binds none. */
export type Readiness =
  | 'started'
  | { readonly service: string }
  /** A regular expression that one line of its log matches. */
  | { readonly log: string }
  /** A command that succeeds, run in the process's folder and environment. */
  | { readonly command: string | readonly string[] };

/** When a run counts as hanging. It is then ended, as failed. `every` is in seconds, `failures` are in a row. */
export type Liveness =
  /** Seconds without a line in its log. */
  | { readonly silence: number }
  | { readonly command: string | readonly string[]; readonly every?: number; readonly failures?: number }
  /** A service that it binds or exposes, and that must accept connections once the process was ready. */
  | { readonly service: string; readonly every?: number; readonly failures?: number };

/** Signals that can stop a process: POSIX names without SIG. */
export const stopSignals = ['TERM', 'INT', 'HUP', 'QUIT', 'KILL', 'USR1', 'USR2'] as const;
export type StopSignal = (typeof stopSignals)[number];

export interface Resources {
  /** Cores. */
  readonly cpu?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly gpu?: number;
}
