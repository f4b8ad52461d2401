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
  for (const process of sample) {
    const name = formatProcess(process);
    const history = known.get(name)?.history ?? [];
    next.set(name, {
      ...(process.cpu === undefined ? {} : { cpu: process.cpu }),
      ...(process.memory === undefined ? {} : { memory: process.memory }),
      history: process.cpu === undefined ? history : [...history, process.cpu].slice(-maxSamples),
    });
  }
  return next;
}
