import type { Gpu } from '../../kit/gpus/gpu.ts';
import type { LaunchFacts } from './launch-facts.ts';

/** What the call that creates a container says of GPUs. */
export interface GpuAccess {
  readonly requests: readonly DeviceRequest[];
  readonly devices: readonly Device[];
}

interface DeviceRequest {
  /** `cdi`: the Container Device Interface; empty: the engine chooses by the capabilities. */
  readonly Driver: string;
  readonly DeviceIDs?: readonly string[];
  readonly Count?: number;
  readonly Capabilities?: readonly (readonly string[])[];
}

interface Device {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

type EngineKind = Pick<LaunchFacts, 'isPodman'>;

const capabilities = [['gpu']];

/** The part of a create call that may give GPUs to its container. */
export interface HostAccess {
  readonly Devices?: readonly { readonly PathOnHost?: string }[];
  readonly DeviceRequests?: readonly unknown[];
  readonly Runtime?: string;
}

/**
 * How a container gets at GPUs of this machine.
 * @param declared what its declaration gives it: NVIDIA's GPUs are not requested again. A GPU that no tool lists is requested
 * as one of NVIDIA, unless the declaration gives any device.
 */
export function gpuAccess(gpus: readonly Gpu[], declared: HostAccess, { isPodman }: EngineKind): GpuAccess {
  // Of AMD's, variables choose among all that a container sees.
  const devices = gpus.some(({ vendor }) => vendor === 'amd') ? ['/dev/kfd', '/dev/dri'].map(device) : [];
  const isRequested = requestedVendors(declared);
  const requested = gpus.filter(({ vendor }) => isRequested[vendor]);
  if (requested.length === 0) return { requests: [], devices };
  const requests = isPodman
    ? [interfaceRequest(requested.map(({ id, index }) => index ?? id))]
    : [{ Driver: '', DeviceIDs: requested.map(({ id }) => id), Capabilities: capabilities }];
  return { requests, devices };
}

/**
 * The requests for any GPUs of the engine's machine, whose users this machine does not know.
 * @param declared as for `gpuAccess`
 */
export function anyGpus(count: number, declared: HostAccess, { isPodman }: EngineKind): readonly DeviceRequest[] {
  if (!requestedVendors(declared).nvidia) return [];
  // As Docker does it: those with the first numbers.
  if (isPodman) return [interfaceRequest(Array.from({ length: count }, (_, index) => index))];
  return [{ Driver: '', Count: count, Capabilities: capabilities }];
}

/** A request that no engine can fulfil, so that one that does not refuse it ignores requests. */
export const impossibleRequest: DeviceRequest = { Driver: 'cdi', DeviceIDs: ['symphony.invalid/gpu=none'] };

/** Podman ignores other requests than those of the Container Device Interface. */
function interfaceRequest(names: readonly (string | number)[]): DeviceRequest {
  return { Driver: 'cdi', DeviceIDs: names.map((name) => `nvidia.com/gpu=${name}`) };
}

function requestedVendors({ Devices: devices = [], DeviceRequests: requests = [], Runtime: runtime }: HostAccess) {
  const nvidia =
    requests.length === 0 &&
    runtime !== 'nvidia' &&
    !devices.some(({ PathOnHost: path }) => path?.startsWith('/dev/nvidia'));
  return { nvidia, unknown: nvidia && devices.length === 0, amd: false };
}

function device(path: string): Device {
  return { PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rwm' };
}
