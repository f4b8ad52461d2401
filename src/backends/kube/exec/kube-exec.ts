import type { CommandResult, Streams } from '../../../engine/contract/capabilities.ts';
import type { ContainerCommands } from '../../kit/exec/container-commands.ts';
import { runInContainer } from '../../kit/exec/run-in-container.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { ContainerName } from '../api/resource-path.ts';
import { ChannelSession } from './channel-session.ts';

/** Runs a command in a container with its environment, in its folder. An abort ends the command and its children. */
export function execInContainer(
  client: KubeClient,
  container: ContainerName,
  command: readonly string[],
  options: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
): Promise<CommandResult> {
  const sessions = {
    open: ChannelSession.open.bind(undefined, client, container),
    canEndInput: () => ChannelSession.canEndInput(client),
  };
  return runInContainer(sessions, command, options);
}

/** A container as files are copied to and from it. */
export function containerCommands(client: KubeClient, container: ContainerName): ContainerCommands {
  return {
    name: container.container,
    run: (command, options) => execInContainer(client, container, command, options),
  };
}
