import type { ProcessMetrics } from '../../engine/capabilities.ts';
import { formatProcess } from '../../engine/status.ts';
import type { Measurement } from '../rows/process-columns.ts';

/** As many samples as the widest history that is drawn. */
export const maxSamples = 60;

/** What is known after a sample; processes that are not in it are forgotten. */
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
      history: metrics.cpu === undefined ? history : [...history, metrics.cpu].slice(-maxSamples),
    });
  }
  return next;
}
