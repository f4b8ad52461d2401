import { processKey } from '../../../engine/contract/process-key.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { GpuRequest } from './assign-gpus.ts';

type Requester = Pick<ResolvedProcess, 'group' | 'name' | 'path' | 'after' | 'resources'>;

/**
 * What the processes of an experiment want, in the order in which it is assigned: a process after those that have ended
 * before it runs, and those that want more GPUs before others, because they have less choice.
 */
export function gpuRequests(processes: readonly Requester[]): readonly GpuRequest[] {
  const byKey = new Map(processes.map((requester) => [processKey(requester), requester]));
  const ended = new Map<string, ReadonlySet<string>>();
  const endedBefore = (key: string): ReadonlySet<string> => {
    const known = ended.get(key);
    if (known !== undefined) return known;
    const before = new Set<string>();
    // A spec without cycles is expected; in one with a cycle, nothing of the cycle counts as ended.
    ended.set(key, before);
    for (const { key: other, condition } of byKey.get(key)?.after ?? []) {
      if (condition === 'succeeded' || condition === 'ended') before.add(other);
      // One that is never started may have "ended" before those that it was to wait for.
      if (condition !== 'ended') for (const earlier of endedBefore(other)) before.add(earlier);
    }
    return before;
  };
  const requests = new Map<string, GpuRequest>();
  for (const [key, { resources, path }] of byKey) {
    const { gpu: count = 0 } = resources;
    if (count > 0) requests.set(key, { key, path, count, endedBefore: endedBefore(key) });
  }
  const ordered = new Set<GpuRequest>();
  const add = (request: GpuRequest) => {
    if (ordered.has(request)) return;
    for (const key of request.endedBefore) {
      const earlier = requests.get(key);
      if (earlier !== undefined && key !== request.key) add(earlier);
    }
    ordered.add(request);
  };
  for (const request of [...requests.values()].sort((a, b) => b.count - a.count)) add(request);
  return [...ordered];
}
