import { holderImage, holderProgram } from '../images/holder-image.ts';
import type { DockerProcess } from '../section/docker-experiment.ts';
import type { CallContext } from './create-call.ts';
import type { CreateCall } from './create-call-body.ts';
import { groupVolumes } from './group-volumes.ts';
import { labels, launchLabels } from './labels.ts';
import { published } from './published-ports.ts';

/** The call that creates the container whose network and volumes the processes of a group share. @param members of the group */
export function holderCall(group: string, members: readonly DockerProcess[], context: CallContext): CreateCall {
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
