import { type Gpu, gpuEnvironment } from '../../kit/gpus/gpu.ts';
import type { CreateCall } from './create-call-body.ts';
import { gpuAccess, type HostAccess } from './gpu-access.ts';
import { labels } from './labels.ts';
import type { LaunchFacts } from './launch-facts.ts';

/** The fields of a call that a run may add to. */
interface CommonCall {
  readonly Env?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly HostConfig?: HostAccess;
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
  const { requests, devices } = gpuAccess(gpus, hostConfig ?? {}, facts);
  const named = requests.length === 0 ? gpus : asInContainer(gpus);
  const variables = Object.entries(gpuEnvironment(named)).map(([name, value]) => `${name}=${value}`);
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

/** A container that sees only the GPUs that were requested numbers them anew; a UUID is the same in it. */
function asInContainer(gpus: readonly Gpu[]): readonly Gpu[] {
  if (!gpus.some(({ id }) => /^\d+$/.test(id))) return gpus;
  return gpus.map((gpu, number) => ({ ...gpu, id: String(number) }));
}
