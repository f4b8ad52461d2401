import type { V1ResourceRequirements } from '@kubernetes/client-node';
import type { ToApi } from '../../api/api-types.ts';
import type { KubeContainer } from '../../section/kube-experiment.ts';
import type { Amounts } from '../../section/section-types.ts';
import { formatBytes, formatCores } from './quantity.ts';

/**
 * The resource requests and limits of a container. CPU is a request without a limit; memory is request and limit; GPUs
 * are whole. `kube.requests` and `kube.limits` override these values.
 */
export function containerResources({
  resolvedProcess,
  settings,
  placement,
}: KubeContainer): ToApi<V1ResourceRequirements> | undefined {
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
