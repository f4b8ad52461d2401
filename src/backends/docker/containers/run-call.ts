import type { Gpu } from '../../kit/gpus/gpu.ts';
import type { CreateCall } from './create-call.ts';
import { labels } from './labels.ts';

/**
 * The call that creates the container of one run.
 * @param call what all runs of the process have in common
 * @param gpus that the process has during this run
 */
export function runCall(call: CreateCall, run: number, gpus: readonly Gpu[] | undefined): CreateCall {
  const own = { ...call, Labels: { ...(call.Labels as object), [labels.run]: String(run) } };
  if (gpus === undefined || gpus.length === 0) return own;
  const requests = [{ DeviceIDs: gpus.map(({ id }) => id), Capabilities: [['gpu']] }];
  return { ...own, HostConfig: { ...(call.HostConfig as object), DeviceRequests: requests } };
}
