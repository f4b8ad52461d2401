import type { Streams } from '../../../engine/contract/capabilities.ts';
import { handTerminalOver, type TerminalSession } from './hand-over-terminal.ts';
import { TerminalProxy } from './terminal-proxy.ts';

/** What a session is opened with that is attached to the terminal of a container. */
export interface AttachOptions {
  readonly stdin: true;
  readonly terminal: true;
  readonly stdout: TerminalProxy;
  readonly stderr: NodeJS.WritableStream;
  readonly signal?: AbortSignal | undefined;
}

/** Connects this terminal to a container's terminal (`tty: true`). @param attach opens the session */
export async function attachToContainer(
  attach: (options: AttachOptions) => Promise<TerminalSession<unknown>>,
  { streams, signal }: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
): Promise<'detached' | 'ended'> {
  const screen = new TerminalProxy(streams.stdout);
  const session = await attach({ stdin: true, terminal: true, stdout: screen, stderr: streams.stderr, signal });
  const { isDetached } = await handTerminalOver(session, streams, { isDetachable: true, redraws: true, screen });
  return isDetached ? 'detached' : 'ended';
}
