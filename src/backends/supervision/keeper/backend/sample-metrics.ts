import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessMetrics } from '../../../../engine/contract/capabilities.ts';
import type { ProcessStatus } from '../../../../engine/contract/status.ts';
import type { GpuUse } from '../../../kit/gpus/gpu.ts';
import { GpuMeter } from '../../../kit/gpus/gpu-meter.ts';
import { MemberIndex } from '../../../kit/host/process-members.ts';
import { readProcessTable } from '../../../kit/host/process-table.ts';

const defaultIntervalSeconds = 2;
/** The first sample has no predecessor to compare with, so the second follows soon. */
const firstIntervalSeconds = 0.25;

interface Sample {
  readonly time: number;
  readonly cpuSeconds: ReadonlyMap<number, number>;
}

interface SampleOptions {
  readonly intervalSeconds?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Yields CPU and memory of each process including its descendants, and what is used of its GPUs, sampled for as long as the
 * caller iterates.
 */
export async function* sampleMetrics(
  readProcesses: () => Promise<readonly ProcessStatus[]>,
  options: SampleOptions,
): AsyncGenerator<readonly ProcessMetrics[]> {
  const meter = new GpuMeter({ searchPath: process.env.PATH ?? '' });
  try {
    yield* sampleWith(meter, readProcesses, options);
  } finally {
    meter.close();
  }
}

async function* sampleWith(
  meter: GpuMeter,
  readProcesses: () => Promise<readonly ProcessStatus[]>,
  { intervalSeconds = defaultIntervalSeconds, signal }: SampleOptions,
): AsyncGenerator<readonly ProcessMetrics[]> {
  let previous: Sample | undefined;
  while (!signal?.aborted) {
    const processes = await readProcesses();
    const hasGpus = processes.some(({ gpus }) => gpus !== undefined);
    const [table, gpuUses] = await Promise.all([readProcessTable(), hasGpus ? meter.read() : noUses]);
    const index = new MemberIndex(table, () => undefined);
    const time = performance.now();
    const cpuSeconds = new Map<number, number>();
    const metrics: ProcessMetrics[] = [];
    for (const { group, name, pid, gpus } of processes) {
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
      metrics.push({ group, name, memory, ...(cpu === undefined ? {} : { cpu }), ...sumUses(gpus, gpuUses) });
    }
    const pause = previous === undefined ? Math.min(firstIntervalSeconds, intervalSeconds) : intervalSeconds;
    previous = { time, cpuSeconds };
    yield metrics;
    await delay(pause * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

const noUses: ReadonlyMap<string, GpuUse> = new Map();

/** What is used of the GPUs of one process; absent unless it is known of each of them. */
function sumUses(
  gpus: ProcessStatus['gpus'],
  uses: ReadonlyMap<string, GpuUse>,
): Pick<ProcessMetrics, 'gpu' | 'gpuMemory'> {
  const own = (gpus ?? []).map(({ id }) => uses.get(id) ?? {});
  if (own.length === 0) return {};
  const sum = (amounts: readonly (number | undefined)[]) =>
    amounts.reduce((total, amount) => (total === undefined || amount === undefined ? undefined : total + amount), 0);
  const [gpu, gpuMemory] = [sum(own.map(({ busy }) => busy)), sum(own.map(({ memory }) => memory))];
  return { ...(gpu === undefined ? {} : { gpu }), ...(gpuMemory === undefined ? {} : { gpuMemory }) };
}
