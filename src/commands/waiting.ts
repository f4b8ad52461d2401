import type { Cluster } from '../engine/cluster.ts';
import { formatProcess, isFinal, type ProcessStatus } from '../engine/status.ts';
import type { WaitOptions } from '../engine/wait.ts';
import type { ExperimentSnapshot } from '../engine/watch.ts';
import type { CommandContext } from './context.ts';

/** Waits, and shows on a terminal how far it has come. */
export async function waitWithProgress(
  context: Pick<CommandContext, 'signal' | 'progress'>,
  cluster: Cluster,
  name: string,
  options: Pick<WaitOptions, 'for' | 'timeout'>,
): Promise<ExperimentSnapshot> {
  return cluster.wait(name, {
    ...options,
    signal: context.signal,
    onChange({ processes }) {
      const isDone = ({ ready, state }: ProcessStatus) =>
        options.for === 'ready' ? ready || state === 'succeeded' : isFinal(state);
      const done = processes.filter(isDone).length;
      // What somebody has to mend comes first, then whatever says what it waits for.
      const waiting = processes.filter((process) => !isDone(process) && process.reason !== undefined);
      const [first] = [...waiting.filter(({ blocked }) => blocked), ...waiting];
      context.progress({
        message: `${name}: ${options.for}`,
        done,
        total: processes.length,
        ...(first?.reason !== undefined && { detail: `${formatProcess(first)}: ${first.reason}` }),
      });
    },
  });
}
