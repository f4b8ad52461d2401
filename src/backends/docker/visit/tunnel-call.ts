import type { CreateCall } from '../containers/create-call-body.ts';
import { type LaunchLabels, labels, launchLabels } from '../containers/labels.ts';
import type { LaunchFacts } from '../containers/launch-facts.ts';
import { holderImage, holderProgram } from '../images/holder-image.ts';

/**
 * The call that creates the container in which a tunnel ends: one in the network of another container, which the engine
 * removes once the connection to its stdin is gone.
 * @param container the id of the other one
 */
export function tunnelCall(
  container: string,
  launch: LaunchLabels,
  { remapsUsers }: Pick<LaunchFacts, 'remapsUsers'>,
): CreateCall {
  return {
    Image: holderImage,
    Entrypoint: [holderProgram, '-'],
    Cmd: [],
    Labels: { ...launchLabels(launch), [labels.tunnel]: container },
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    HostConfig: {
      NetworkMode: `container:${container}`,
      AutoRemove: true,
      CapDrop: ['ALL'],
      LogConfig: { Type: 'none' },
      // A container with mapped users cannot join the network of one without.
      ...(remapsUsers ? { UsernsMode: 'host' } : {}),
    },
  };
}
