import type { KubeContainer } from './kube-experiment.ts';
import type { Amounts } from './kube-section.ts';
import type { Json } from './manifest.ts';
import { formatBytes, formatCores } from './quantity.ts';

/**
 * What a container asks for and may use. Cores are set aside for it, and it may use idle ones beyond them; memory is set
 * aside and is its limit; GPUs are given whole. `kube.requests` and `kube.limits` stand over all that.
 */
export function containerResources({ resolvedProcess, settings, placement }: KubeContainer): Json | undefined {
  const cpu = resolvedProcess.resources.cpu ?? placement.cpu;
  const memory = resolvedProcess.resources.memory ?? placement.memory;
  const gpu = resolvedProcess.resources.gpu ?? placement.gpu ?? 0;
  const requests = {
    ...(cpu === undefined ? {} : { cpu: formatCores(cpu) }),
    ...(memory === undefined ? {} : { memory: formatBytes(memory) }),
    ...(gpu === 0 ? {} : { [settings.gpuResource]: String(gpu) }),
    ...written(settings.requests),
  };
  const limits = {
    ...(memory === undefined ? {} : { memory: formatBytes(memory) }),
    ...(gpu === 0 ? {} : { [settings.gpuResource]: String(gpu) }),
    ...written(settings.limits),
  };
  const resources = {
    ...(Object.keys(requests).length === 0 ? {} : { requests }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
  return Object.keys(resources).length === 0 ? undefined : resources;
}

function written(amounts: Amounts): Record<string, string> {
  return Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [resource, String(amount)]));
}
