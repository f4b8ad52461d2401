import type { CommandResult } from '../../../engine/contract/capabilities.ts';

/** A command that runs in a container, or a process that a terminal is attached to: the channel to it. */
export interface CommandSession {
  /** How the command ended. Rejects if the connection is lost before that, or once the session is closed. */
  readonly result: Promise<CommandResult>;
  /** Sends input. Resolves once there is room for more; never rejects, because `result` reports a lost connection. */
  write(bytes: Uint8Array): Promise<void>;
  /** Signals the end of input. Has no effect if the protocol of the session cannot signal it. */
  endInput(): Promise<void>;
  /** Sets the size of the command's terminal. */
  resize(columns: number, rows: number): void;
  /** Closes the connection without waiting for the result. */
  close(): void;
}

export interface SessionOptions {
  readonly stdin: boolean;
  /** Whether the command gets a terminal; it then writes everything to `stdout`. */
  readonly terminal: boolean;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Refuses a connection that cannot signal the end of input. */
  readonly endsInput?: boolean;
  /** Closes the connection; `result` then rejects with `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

/** What a backend provides to run commands in one of its containers. */
export interface ContainerSessions {
  /**
   * Starts a command in the container, with the container's environment and working directory.
   * @throws SymphonyError if the container or the connection to it refuses the command. For a missing program, the error
   *   or that of `result` quotes the container runtime: `exec: "/bin/sh": stat /bin/sh: no such file or directory`
   */
  open(command: readonly string[], options: SessionOptions): Promise<CommandSession>;
  /** Whether sessions are known to be able to signal the end of input; without that, a script in the container does. */
  canEndInput(): boolean;
}
