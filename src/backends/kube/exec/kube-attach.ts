import type { Streams } from '../../../engine/contract/capabilities.ts';
import { handTerminalOver } from '../../kit/terminal/hand-over-terminal.ts';
import { TerminalProxy } from '../../kit/terminal/terminal-proxy.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { ContainerName } from '../api/resource-path.ts';
import { ChannelSession } from './channel-session.ts';

/** Connects this terminal to a container's terminal (`tty: true`). */
export async function attachToContainer(
  client: KubeClient,
  container: ContainerName,
  { streams, signal }: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
): Promise<'detached' | 'ended'> {
  const screen = new TerminalProxy(streams.stdout);
  const session = await ChannelSession.attach(client, container, {
    stdin: true,
    terminal: true,
    stdout: screen,
    stderr: streams.stderr,
    signal,
  });
  const { isDetached } = await handTerminalOver(session, streams, { isDetachable: true, redraws: true, screen });
  return isDetached ? 'detached' : 'ended';
}
