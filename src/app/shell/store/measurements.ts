import type { ProcessMetrics } from '../../../engine/contract/capabilities.ts';
import { formatProcess } from '../../../engine/contract/status.ts';

/** The measurements of one process: CPU in cores, memory in bytes, GPUs that compute and their memory in bytes. */
export interface Measurement {
  readonly cpu?: number;
  readonly memory?: number;
  readonly gpu?: number;
  readonly gpuMemory?: number;
  /** CPU in cores, newest last. */
  readonly history: readonly number[];
}

/** Enough samples for the widest chart. */
export const maxSamples = 60;

/** Adds a sample to the measurements, and removes processes that the sample does not contain. */
export function addSample(
  known: ReadonlyMap<string, Measurement>,
  sample: readonly ProcessMetrics[],
): ReadonlyMap<string, Measurement> {
  const next = new Map<string, Measurement>();
  for (const metrics of sample) {
    const name = formatProcess(metrics);
    const history = known.get(name)?.history ?? [];
    next.set(name, {
      ...(metrics.cpu === undefined ? {} : { cpu: metrics.cpu }),
      ...(metrics.memory === undefined ? {} : { memory: metrics.memory }),
      ...(metrics.gpu === undefined ? {} : { gpu: metrics.gpu }),
      ...(metrics.gpuMemory === undefined ? {} : { gpuMemory: metrics.gpuMemory }),
      history: metrics.cpu === undefined ? history : [...history, metrics.cpu].slice(-maxSamples),
    });
  }
  return next;
}
