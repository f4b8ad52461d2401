import type {
  BackendSection,
  EnvironmentValue,
  ExperimentSpec,
  OnFailure,
  Resources,
  RestartPolicy,
  StartCondition,
  StopSignal,
} from '../experiment-spec.ts';

/**
 * What backends work with: replicas expanded, defaults filled in, paths absolute, every service with its owner. The backend
 * assigns ports at launch.
 */
export interface ResolvedExperiment {
  readonly name: string;
  /** The declaration that it was made from. */
  readonly spec: ExperimentSpec;
  /** In the order of declaration: ungrouped processes first, then group by group. */
  readonly processes: readonly ResolvedProcess[];
  readonly services: readonly ResolvedService[];
  readonly portRange: readonly [number, number];
  readonly onFailure: OnFailure;
  /** null: the experiment is over when every process has ended. */
  readonly endsWith: ResolvedEndsWith | null;
  /** Seconds; null: no limit. */
  readonly maxDuration: number | null;
  /** The experiment's sections, by name. */
  readonly sections: Sections;
}

export interface ResolvedProcess {
  /** The group's name with its replica number, or null for a process outside any group. */
  readonly group: string | null;
  /** The process's name with its replica number. */
  readonly name: string;
  /** The path in the spec, for messages: `groups.agents.processes.agent`. */
  readonly path: string;
  /** This replica's number, from 0; null if neither it nor its group has replicas. */
  readonly replica: number | null;
  /** How many replicas of it there are, in all replicas of its group; 1 without replicas. */
  readonly replicas: number;
  readonly command: string | readonly string[];
  readonly preamble: readonly string[];
  /** The argv of the shell, without `-c`, for the preamble and for commands that are strings. */
  readonly shell: readonly string[];
  readonly env: Readonly<Record<string, EnvironmentValue>>;
  /** Absolute. */
  readonly startDir: string;
  /** Names of the services it binds, connects to and exposes, replica numbers included. */
  readonly bind: readonly string[];
  readonly connect: readonly string[];
  readonly expose: readonly string[];
  readonly restart: RestartPolicy;
  /** null: no limit. */
  readonly maxRestarts: number | null;
  readonly ready: ResolvedReadiness;
  /** What it waits for before its first run, with the conditions of its group; empty: it starts at once. */
  readonly after: readonly ResolvedCondition[];
  /** Seconds; null: no limit. */
  readonly maxDuration: number | null;
  readonly alive: ResolvedLiveness | null;
  /** The timeout in seconds. */
  readonly stop: { readonly signal: StopSignal; readonly timeout: number };
  readonly tty: boolean;
  readonly resources: Resources;
  readonly image: string | null;
  /** The size of its log that is kept, in bytes. */
  readonly logSize: number;
  /** Relative to `startDir`. */
  readonly files: readonly string[];
  /** Absolute. */
  readonly secrets: readonly string[];
  /** The process's own sections, by name. */
  readonly sections: Sections;
  /** The sections of its group, which apply to what is placed together; empty for a process outside any group. */
  readonly groupSections: Sections;
}

/** Fields that only one backend knows, by the name of its section. */
export type Sections = Readonly<Record<string, BackendSection>>;

export type ResolvedReadiness =
  | { readonly kind: 'started' }
  | { readonly kind: 'listening'; readonly services: readonly string[] }
  | { readonly kind: 'log'; readonly pattern: string }
  | { readonly kind: 'command'; readonly command: string | readonly string[] };

export interface ResolvedEndsWith {
  /** As declared, for messages. */
  readonly names: readonly string[];
  /** Keys of processes, see `processKey`; replicas and groups expanded. */
  readonly keys: readonly string[];
  /** Seconds. */
  readonly delay: number;
}

export interface ResolvedCondition {
  /** The key of a process, see `processKey`; replicas and groups expanded. */
  readonly key: string;
  readonly condition: StartCondition;
}

/** With seconds; `failures` are in a row. */
export type ResolvedLiveness =
  | { readonly kind: 'silence'; readonly seconds: number }
  | {
      readonly kind: 'command';
      readonly command: string | readonly string[];
      readonly every: number;
      readonly failures: number;
    }
  | { readonly kind: 'service'; readonly service: string; readonly every: number; readonly failures: number };

export type ServiceKind = 'bind' | 'expose';

export interface ResolvedService {
  /** With the replica numbers of its process. */
  readonly name: string;
  /** Without them, as declared in the spec. */
  readonly declaredName: string;
  /** `expose` if people visit it, even if other processes connect to it as well. */
  readonly kind: ServiceKind;
  /** The process that listens on it. */
  readonly owner: { readonly group: string | null; readonly name: string };
  /** The port that the author asked for; null for any free one. */
  readonly wantedPort: number | null;
  /** The path of the declaration in the spec, for messages. */
  readonly path: string;
}
