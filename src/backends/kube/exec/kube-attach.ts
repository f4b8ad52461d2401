import type { Streams } from '../../../engine/contract/capabilities.ts';
import { TerminalProxy } from '../../kit/terminal/terminal-proxy.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { ChannelSession } from './channel-session.ts';
import type { ContainerName } from './container.ts';
import { handTerminalOver } from './terminal-handover.ts';

export const detachHint = 'ctrl-]';
const detachByte = 0x1d;

/** Connects this terminal to a container's terminal (`tty: true`). */
export async function attachToContainer(
  client: KubeClient,
  container: ContainerName,
  { streams, signal }: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
): Promise<'detached' | 'ended'> {
  const lent = new TerminalProxy(streams.stdout);
  try {
    const session = await ChannelSession.open(client, container, 'attach', {
      stdin: true,
      terminal: true,
      stdout: lent,
      stderr: streams.stderr,
      signal,
    });
    const { detached } = await handTerminalOver(session, streams, { detachByte, redraw: true });
    return detached ? 'detached' : 'ended';
  } finally {
    lent.restore();
  }
}
