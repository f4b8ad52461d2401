import type { Cluster } from '../../engine/client/cluster.ts';
import type { ProcessMetrics } from '../../engine/contract/capabilities.ts';
import { formatProcess, type ProcessStatus } from '../../engine/contract/status.ts';

const intervalSeconds = 0.5;

/** The processes of an experiment with CPU and memory, if the backend can measure them. CPU needs two samples. */
export async function withMetrics(
  cluster: Cluster,
  experiment: string,
  signal: AbortSignal,
): Promise<readonly ProcessStatus[]> {
  const [processes, samples] = await Promise.all([
    cluster.listProcesses(experiment),
    secondSample(cluster, experiment, signal),
  ]);
  const known = new Map(samples.map((sample) => [formatProcess(sample), sample]));
  return processes.map((status) => ({ ...status, ...figures(known.get(formatProcess(status))) }));
}

async function secondSample(
  cluster: Cluster,
  experiment: string,
  signal: AbortSignal,
): Promise<readonly ProcessMetrics[]> {
  const { metrics } = cluster.capabilities;
  if (metrics === undefined) return [];
  const own = new AbortController();
  let last: readonly ProcessMetrics[] = [];
  let count = 0;
  try {
    for await (const sample of metrics.metrics(experiment, {
      intervalSeconds,
      signal: AbortSignal.any([signal, own.signal]),
    })) {
      last = sample;
      count += 1;
      if (count === 2 || sample.length === 0) break;
    }
  } finally {
    own.abort();
  }
  return last;
}

function figures(sample: ProcessMetrics | undefined): Pick<ProcessStatus, 'cpu' | 'memory' | 'gpu' | 'gpuMemory'> {
  return {
    ...(sample?.cpu === undefined ? {} : { cpu: sample.cpu }),
    ...(sample?.memory === undefined ? {} : { memory: sample.memory }),
    ...(sample?.gpu === undefined ? {} : { gpu: sample.gpu }),
    ...(sample?.gpuMemory === undefined ? {} : { gpuMemory: sample.gpuMemory }),
  };
}
