import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessMetrics } from '../../../../engine/contract/capabilities.ts';
import type { ProcessStatus } from '../../../../engine/contract/status.ts';
import { MemberIndex } from '../../../kit/host/process-members.ts';
import { readProcessTable } from '../../../kit/host/process-table.ts';

const defaultIntervalSeconds = 2;
/** The first sample has no predecessor to compare with, so the second follows soon. */
const firstIntervalSeconds = 0.25;

interface Sample {
  readonly time: number;
  readonly cpuSeconds: ReadonlyMap<number, number>;
}

/** Yields CPU and memory of each process including its descendants, sampled for as long as the caller iterates. */
export async function* sampleMetrics(
  readProcesses: () => Promise<readonly ProcessStatus[]>,
  options: { readonly intervalSeconds?: number; readonly signal?: AbortSignal },
): AsyncGenerator<readonly ProcessMetrics[]> {
  const { intervalSeconds = defaultIntervalSeconds, signal } = options;
  let previous: Sample | undefined;
  while (!signal?.aborted) {
    const processes = await readProcesses();
    const index = new MemberIndex(await readProcessTable(), () => undefined);
    const time = performance.now();
    const cpuSeconds = new Map<number, number>();
    const metrics: ProcessMetrics[] = [];
    for (const { group, name, pid } of processes) {
      if (pid === undefined) continue;
      let memory = 0;
      let used = 0;
      const members = index.find({ mark: { launchId: '', group: '', name: '' }, pid, startTime: '', known: new Set() });
      for (const member of members) {
        memory += member.memory;
        cpuSeconds.set(member.pid, member.cpuSeconds);
        // CPU time that a new child used before its first sample is negligible.
        used += member.cpuSeconds - (previous?.cpuSeconds.get(member.pid) ?? member.cpuSeconds);
      }
      const cpu = previous === undefined ? undefined : Math.max(0, (used * 1000) / (time - previous.time));
      metrics.push({ group, name, memory, ...(cpu === undefined ? {} : { cpu }) });
    }
    const pause = previous === undefined ? Math.min(firstIntervalSeconds, intervalSeconds) : intervalSeconds;
    previous = { time, cpuSeconds };
    yield metrics;
    await delay(pause * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
