import type { Cluster } from '../engine/cluster.ts';
import { isFinal } from '../engine/status.ts';
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
      const done = processes.filter(({ ready, state }) =>
        options.for === 'ready' ? ready || state === 'succeeded' : isFinal(state),
      );
      context.progress({ message: `${name}: ${options.for}`, done: done.length, total: processes.length });
    },
  });
}
