import type { Container } from '../api/engine-objects.ts';
import { holderImage, holderProgram } from '../images/holder-image.ts';
import type { DockerProcess } from '../section/docker-experiment.ts';
import type { CallContext } from './create-call.ts';
import type { CreateCall } from './create-call-body.ts';
import { groupVolumes } from './group-volumes.ts';
import { labels, launchLabels } from './labels.ts';
import { published } from './published-ports.ts';

/** What of the call is compared with the container that it created. */
export interface HolderCall extends CreateCall {
  readonly HostConfig: Readonly<Record<string, unknown>> & {
    readonly PortBindings?: Readonly<Record<string, unknown>>;
  };
  readonly NetworkingConfig: {
    readonly EndpointsConfig: Readonly<Record<string, { readonly Aliases: readonly string[] }>>;
  };
}

/** The call that creates the container whose network and volumes the processes of a group share. @param members of the group */
export function holderCall(group: string, members: readonly DockerProcess[], context: CallContext): HolderCall {
  const { launch, facts, services, network } = context;
  const own = services.filter(({ owner }) => owner.group === group);
  const hosts = Object.assign({}, ...members.map(({ settings }) => settings.extraHosts)) as Record<string, string>;
  const volumes = groupVolumes(launch, group, members).map(({ call, heldFolder }) => ({
    Type: 'volume',
    Source: call.Name,
    Target: heldFolder,
  }));
  const sharedMemory = Math.max(0, ...members.map(({ settings }) => settings.sharedMemory ?? 0));
  return {
    Image: holderImage,
    Entrypoint: [holderProgram],
    Cmd: [],
    Hostname: group,
    // It ignores other signals, which an engine that is stopped would wait for.
    StopSignal: 'SIGKILL',
    Labels: { ...launchLabels(launch), [labels.group]: group },
    HostConfig: {
      NetworkMode: network,
      RestartPolicy: { Name: 'no' },
      // The members share more than the network, as in a pod.
      IpcMode: 'shareable',
      LogConfig: { Type: 'none' },
      ...published(own, facts),
      ...(volumes.length === 0 ? {} : { Mounts: volumes }),
      ...(sharedMemory === 0 ? {} : { ShmSize: sharedMemory }),
      ...(Object.keys(hosts).length === 0
        ? {}
        : { ExtraHosts: Object.entries(hosts).map(([name, address]) => `${name}:${address}`) }),
    },
    NetworkingConfig: {
      EndpointsConfig: { [network]: { Aliases: [...new Set([group, ...own.map(({ host }) => host)])] } },
    },
  };
}

/**
 * Compares the host names and published ports of a container with those that it is to have: it `lacks` some, or has `more`,
 * or neither.
 */
export function serviceDifference(
  { HostConfig, NetworkSettings }: Pick<Container, 'HostConfig' | 'NetworkSettings'>,
  call: Pick<HolderCall, 'HostConfig' | 'NetworkingConfig'>,
): 'lacks' | 'more' | undefined {
  const aliases = Object.values(NetworkSettings?.Networks ?? {}).flatMap(({ Aliases }) => Aliases ?? []);
  const ports = Object.keys(HostConfig?.PortBindings ?? {});
  const wantedAliases = Object.values(call.NetworkingConfig.EndpointsConfig).flatMap(({ Aliases }) => Aliases);
  const wantedPorts = Object.keys(call.HostConfig.PortBindings ?? {});
  const lacks = (present: readonly string[], wanted: readonly string[]) => wanted.some((one) => !present.includes(one));
  if (lacks(aliases, wantedAliases) || lacks(ports, wantedPorts)) return 'lacks';
  // Engines add aliases of their own.
  return lacks(wantedPorts, ports) ? 'more' : undefined;
}
