import { type Gpu, gpuEnvironment } from '../../kit/gpus/gpu.ts';
import type { CreateCall } from './create-call-body.ts';
import { labels } from './labels.ts';
import type { LaunchFacts } from './launch-facts.ts';

/** The fields of a call that a run may add to. */
interface CommonCall {
  readonly Env?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly HostConfig?: { readonly Devices?: readonly unknown[] };
}

/**
 * The call that creates the container of one run.
 * @param call what all runs of the process have in common
 * @param gpus that the process has during this run; undefined if this machine gives it none
 */
export function runCall(
  call: CreateCall,
  run: number,
  gpus: readonly Gpu[] | undefined,
  facts: Pick<LaunchFacts, 'isPodman'>,
): CreateCall {
  const { Env: env = [], Labels: own, HostConfig: hostConfig }: CommonCall = call;
  const labelled = { ...call, Labels: { ...own, [labels.run]: String(run) } };
  if (gpus === undefined || gpus.length === 0) return labelled;
  const variables = Object.entries(gpuEnvironment(gpus)).map(([name, value]) => `${name}=${value}`);
  const { requests, devices } = gpuAccess(gpus, facts);
  const all = [...(hostConfig?.Devices ?? []), ...devices];
  return {
    ...labelled,
    Env: [...env, ...variables],
    HostConfig: {
      ...hostConfig,
      ...(all.length === 0 ? {} : { Devices: all }),
      ...(requests.length === 0 ? {} : { DeviceRequests: requests }),
    },
  };
}

/** Any GPUs of the engine's machine, whose users this machine does not know. */
export function anyGpus(count: number) {
  return { DeviceRequests: [{ Driver: '', Count: count, Capabilities: [['gpu']] }] };
}

/** How a container gets at GPUs; one that no tool of this machine lists is only named to it. */
function gpuAccess(gpus: readonly Gpu[], { isPodman }: Pick<LaunchFacts, 'isPodman'>) {
  const nvidia = gpus.filter(({ vendor }) => vendor === 'nvidia');
  // Of AMD's, variables choose among all that a container sees.
  const amd = gpus.some(({ vendor }) => vendor === 'amd') ? ['/dev/kfd', '/dev/dri'].map(device) : [];
  if (nvidia.length === 0) return { requests: [], devices: amd };
  // Podman ignores requests, and takes names of the Container Device Interface for paths.
  if (isPodman)
    return {
      requests: [],
      devices: [...amd, ...nvidia.map(({ id, index }) => device(`nvidia.com/gpu=${index ?? id}`))],
    };
  const requests = [{ Driver: '', DeviceIDs: nvidia.map(({ id }) => id), Capabilities: [['gpu']] }];
  return { requests, devices: amd };
}

function device(path: string) {
  return { PathOnHost: path, PathInContainer: path.startsWith('/') ? path : '', CgroupPermissions: 'rwm' };
}
