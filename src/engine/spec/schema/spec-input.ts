import type { BackendSections } from '../../contract/extensions.ts';
import type { OnFailure, RestartPolicy, SecretReference, StartCondition, StopSignal } from '../experiment-spec.ts';

/** An experiment as authors write it, in a file or in a program; `parseSpec` turns it into an ExperimentSpec. */
export interface ExperimentInput extends ExperimentOptions {
  /** The address of the JSON Schema, for editors; ignored otherwise. */
  readonly $schema?: string;
  /** Lower case letters, digits and hyphens, starting with a letter. */
  readonly name: string;
  /** Processes outside any group, by name. */
  readonly processes?: Readonly<Record<string, ProcessInput>>;
  readonly groups?: Readonly<Record<string, ProcessGroupInput>>;
}

/** Fields of a process that its experiment and its group may set as well, for all their processes. */
export interface SharedInput {
  /** Variables; those of a process override those of its group, and these those of the experiment. */
  readonly env?: EnvironmentInput;
  /** The working directory: absolute, from `~`, or relative to the declaration's folder, the default. */
  readonly startDir?: string;
  /** Shell commands that run before the process, in the same shell: those of the experiment, of the group, its own. */
  readonly preamble?: string | readonly string[];
  /** The shell of the preamble and of commands that are strings: a name or path, or a list with its options. */
  readonly shell?: string | readonly string[];
  /** The container image, for backends that run containers. */
  readonly image?: string;
  /** The program's own files and folders, inside `startDir`; those of all levels together. */
  readonly files?: string | readonly string[];
  /** Files that a process finds in the folder `SYMPH_SECRETS_DIR`; those of all levels together. */
  readonly secrets?: string | readonly string[];
}

/** Fields of the whole experiment. */
export interface ExperimentOptions extends SharedInput, BackendSections {
  /** First and last port that may be assigned, as a pair or as `7000-8999`, the default. */
  readonly portRange?: readonly [number, number] | string;
  /** What happens to the others when one process fails; `continue` by default. */
  readonly onFailure?: OnFailure;
  /** The experiment is over when these have ended: the others are then stopped. */
  readonly endsWith?: EndsWithInput;
  /** The experiment is stopped after this time, which counts as failed. */
  readonly maxDuration?: DurationInput;
}

/** Processes that are placed together. */
export interface ProcessGroupInput extends ProcessGroupOptions {
  readonly processes?: Readonly<Record<string, ProcessInput>>;
}

/** Fields of a group, with defaults for its processes. */
export interface ProcessGroupOptions extends SharedInput, BackendSections {
  /** The number of copies of the whole group: `agents-0`, `agents-1`, … */
  readonly replicas?: number;
  /** What others must have reached before a process of the group is started, in addition to its own `after`. */
  readonly after?: StartConditionsInput;
  /** Whether its processes are restarted when they end. A process with its own `restart` does not use it. */
  readonly restart?: RestartInput;
  /** The maximum number of restarts of each process. */
  readonly maxRestarts?: number;
  /** The resources that each process may use. */
  readonly resources?: ResourcesInput;
}

/** One command with its environment. */
export interface ProcessInput extends SharedInput, BackendSections {
  /** A string runs in a shell, a list is an argv. */
  readonly command: string | readonly (string | number | boolean)[];
  /** The number of copies: `agent-0`, `agent-1`, …, each with its number as `SYMPH_REPLICA`. */
  readonly replicas?: number;
  /** Services it listens on and others connect to. */
  readonly bind?: ServicesInput;
  /** Services of others that it connects to. */
  readonly connect?: string | readonly string[];
  /** Services it listens on and people visit. */
  readonly expose?: ServicesInput;
  /** Whether it is restarted when it ends; `never` by default. */
  readonly restart?: RestartInput;
  /** The maximum number of restarts; unlimited without it. */
  readonly maxRestarts?: number;
  /** When it is ready; by default, when every service it binds is listening. */
  readonly ready?: ReadinessInput;
  /** What others must have reached before it is started; without it, it starts at once. */
  readonly after?: StartConditionsInput;
  /** A run is stopped after this time, which counts as failed: `restart` says what follows. */
  readonly maxDuration?: DurationInput;
  /** When a run counts as hanging: it is then ended, as failed, and `restart` says what follows. */
  readonly alive?: LivenessInput;
  /** How it is stopped; by default by SIGTERM, and after 10 s by SIGKILL. */
  readonly stop?: { readonly signal?: StopSignalInput; readonly timeout?: DurationInput };
  /** Gives it a terminal that `attach` can enter. */
  readonly tty?: boolean;
  readonly resources?: ResourcesInput;
  /** The size of its log that is kept; 256 MiB by default. */
  readonly log?: { readonly size: SizeInput };
}

/** A policy, or one with the maximum number of restarts. */
export type RestartInput = RestartPolicy | { readonly policy: RestartPolicy; readonly maxRestarts?: number };

/** A name, a list of names, or names with the ports they want; null or `auto` for a free one. */
export type ServicesInput = string | readonly string[] | Readonly<Record<string, number | null | 'auto'>>;

/** Names to values. Numbers and booleans become text. */
export type EnvironmentInput = Readonly<Record<string, string | number | boolean | SecretReference>>;

/** Processes and groups, `group/process` for one in a group; with `delay`, the others get that long to end by themselves. */
export type EndsWithInput =
  | string
  | readonly string[]
  | { readonly processes: string | readonly string[]; readonly delay?: DurationInput };

/** Names of processes and groups, as in `endsWith`, to what they must have reached. */
export type StartConditionsInput = Readonly<Record<string, StartCondition>>;

export type ReadinessInput =
  | 'started'
  | { readonly service: string }
  /** A regular expression that one line of its log matches. */
  | { readonly log: string }
  /** A command that succeeds. */
  | { readonly command: string | readonly (string | number | boolean)[] };

/** One of `silence`, `command` and `service`; with the latter two, `every` (10 s) and `failures` in a row (3). */
export type LivenessInput =
  /** It hangs when nothing was written to its log for so long. */
  | { readonly silence: DurationInput }
  /** It hangs when this command, run in its folder and environment, fails. */
  | {
      readonly command: string | readonly (string | number | boolean)[];
      readonly every?: DurationInput;
      readonly failures?: number;
    }
  /** It hangs when this service, which it binds or exposes, does not accept connections. */
  | { readonly service: string; readonly every?: DurationInput; readonly failures?: number };

export interface ResourcesInput {
  /** Cores: `0.5`, or `500m`. */
  readonly cpu?: number | string;
  readonly memory?: SizeInput;
  readonly gpu?: number;
}

/** With or without `SIG`. */
export type StopSignalInput = StopSignal | `SIG${StopSignal}`;

/** Seconds, or `500ms`, `5s`, `2m`, `1h`. */
export type DurationInput = number | string;

/** Bytes, or `512Mi`, `4G`. */
export type SizeInput = number | string;
