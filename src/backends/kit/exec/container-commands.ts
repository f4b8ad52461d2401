import type { CommandResult, Streams } from '../../../engine/contract/capabilities.ts';

/** A container in which commands can be run: all that copying files to and from it needs. */
export interface ContainerCommands {
  /** How messages name the container. */
  readonly name: string;
  /**
   * Runs a command until it ends and has written its output to the streams, which stay open.
   * @throws SymphonyError `interrupted` once the signal has aborted and the command has ended, or the error of the
   *   container, as in `runInContainer`
   */
  run(
    command: readonly string[],
    options: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
  ): Promise<CommandResult>;
}
