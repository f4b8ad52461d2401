/** The fields that Symphony reads of what an engine describes, in its own spelling. */

export type Labels = Readonly<Record<string, string>>;

export interface ContainerState {
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`; Podman has more. */
  readonly Status: string;
  readonly Running: boolean;
  readonly Paused?: boolean;
  readonly OOMKilled?: boolean;
  readonly Pid?: number;
  readonly ExitCode: number;
  /** Why the engine could not start it, in its own words. */
  readonly Error?: string;
  readonly StartedAt: string;
  readonly FinishedAt: string;
}

/** A container as an inspection shows it. */
export interface Container {
  readonly Id: string;
  readonly Name: string;
  readonly State: ContainerState;
  readonly Config: {
    readonly Labels?: Labels;
    readonly Tty?: boolean;
    readonly Image?: string;
    readonly User?: string;
    readonly WorkingDir?: string;
  };
  readonly HostConfig?: { readonly PortBindings?: Readonly<Record<string, unknown>> | null };
  readonly NetworkSettings?: {
    readonly Networks?: Readonly<
      Record<string, { readonly IPAddress?: string; readonly Aliases?: readonly string[] | null }>
    >;
    readonly Ports?: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>;
  };
}

/** A container as a list shows it. */
export interface ListedContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Labels: Labels;
  readonly State: string;
  /** In words: `Up 2 minutes`, `Exited (137) 5 seconds ago`. */
  readonly Status?: string;
  /** In seconds since 1970. */
  readonly Created: number;
}

export interface Network {
  readonly Id: string;
  readonly Name: string;
  readonly Labels?: Labels;
  /** In RFC 3339. */
  readonly Created?: string;
  /** By id; in lists, engines leave it empty. */
  readonly Containers?: Readonly<Record<string, unknown>>;
}

export interface Volume {
  readonly Name: string;
  readonly Labels?: Labels | null;
}

export interface EngineInfo {
  /** Of the engine; it stays when the engine is updated. Podman has none. */
  readonly ID?: string;
  /** The host name of its machine. */
  readonly Name?: string;
  readonly ServerVersion?: string;
  readonly OperatingSystem?: string;
  readonly OSType?: string;
  readonly Architecture?: string;
  readonly SecurityOptions?: readonly string[];
  /** Of Podman, which does not always have it in its security options. */
  readonly Rootless?: boolean;
  readonly Runtimes?: Readonly<Record<string, unknown>>;
  /** Whether containers go on while it is stopped. */
  readonly LiveRestoreEnabled?: boolean;
  readonly CDISpecDirs?: readonly string[];
  readonly LoggingDriver?: string;
  readonly Plugins?: { readonly Log?: readonly string[] };
  readonly NCPU?: number;
  readonly MemTotal?: number;
}

export interface EngineEvent {
  readonly Type: string;
  /** `start`, `die`, `destroy` (`remove` on Podman); of an exec with more: `exec_start: sh`. */
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Labels };
  /** In nanoseconds since 1970; beyond what a number holds exactly. */
  readonly timeNano: number;
  /** In seconds since 1970. */
  readonly time: number;
}

export interface ImageInfo {
  readonly Id: string;
  readonly Config?: { readonly User?: string; readonly Env?: readonly string[] } | null;
}

const newStates: ReadonlySet<string> = new Set(['created', 'initialized']);
const upStates: ReadonlySet<string> = new Set(['running', 'paused', 'restarting', 'stopping']);

/**
 * Whether a container has yet to start, is up, or has ended. With Podman one that is being started is `initialized`, and one
 * that gets its stop signal from the engine is `stopping`.
 * @param state as lists and inspections name it
 */
export function phaseOf(state: string): 'new' | 'up' | 'ended' {
  if (newStates.has(state)) return 'new';
  return upStates.has(state) ? 'up' : 'ended';
}

/** Whether an engine runs without root, so that root in a container is this user outside. */
export function isRootless({ SecurityOptions = [], Rootless = false }: EngineInfo): boolean {
  return Rootless || SecurityOptions.some((option) => /\bname=rootless\b/.test(option));
}

/** Whether users in containers are others outside. */
export function remapsUsers({ SecurityOptions = [] }: EngineInfo): boolean {
  return SecurityOptions.some((option) => /\bname=userns\b/.test(option));
}
