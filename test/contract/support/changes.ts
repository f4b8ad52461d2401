import type { ProcessStatus } from '../../../src/engine/contract/status.ts';
import type { Lab } from './lab.ts';

/** Collects the process changes that a watch reports, from the moment this resolves. */
export async function collectChanges(lab: Lab) {
  const begun = Promise.withResolvers<void>();
  const controller = new AbortController();
  const read = async () => {
    const seen: ProcessStatus[] = [];
    for await (const event of lab.cluster.watch({ signal: controller.signal })) {
      if (event.type === 'snapshot') begun.resolve();
      else if (event.type === 'changed') seen.push(...event.processes);
    }
    return seen;
  };
  const reading = read();
  await begun.promise;
  return {
    /** Ends the watch and resolves with the statuses that it reported, in order. */
    end() {
      controller.abort();
      return reading;
    },
  };
}
