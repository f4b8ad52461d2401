import type { Streams } from '../../../engine/contract/capabilities.ts';
import { attachToContainer } from '../../kit/terminal/attach-to-container.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { ContainerName } from '../api/resource-path.ts';
import { ChannelSession } from './channel-session.ts';

/** Connects this terminal to the terminal of a container of a pod (`tty: true`). */
export function attachToPod(
  client: KubeClient,
  container: ContainerName,
  options: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
): Promise<'detached' | 'ended'> {
  return attachToContainer((session) => ChannelSession.attach(client, container, session), options);
}
