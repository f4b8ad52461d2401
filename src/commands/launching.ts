import type { Cluster } from '../engine/cluster.ts';
import { SymphonyError } from '../engine/errors.ts';
import type { ExperimentSpec } from '../engine/spec/experiment-spec.ts';
import type { ExperimentSnapshot } from '../engine/watch.ts';
import type { CommandContext } from './context.ts';
import { showLogs } from './logs/show-logs.ts';
import { describeLaunch, failuresAtStart, nextCommands } from './output/launch-summary.ts';
import { print } from './output/print.ts';
import { warnOfPlan } from './planning.ts';
import { waitWithProgress } from './waiting.ts';

export interface LaunchWishes {
  readonly force?: boolean | undefined;
  /** Print what the processes write until they end. */
  readonly follow?: boolean | undefined;
  readonly wait?: 'ready' | 'done' | undefined;
  /** Seconds, for `wait`. */
  readonly timeout?: number | undefined;
}

/** Launches, makes it the current experiment, and says what was started and what can be done with it. */
export async function launchSpec(
  context: CommandContext,
  cluster: Cluster,
  spec: ExperimentSpec,
  { force = false, follow = false, wait, timeout }: LaunchWishes,
): Promise<ExperimentSnapshot> {
  warnOfPlan(context, cluster.plan(spec));
  const launched = await cluster.launch(spec, { force, signal: context.signal, onProgress: context.progress });
  const { name } = launched.experiment;
  await cluster.setExperiment(name);
  // The launch itself is done: the others run, and what is missing may come from one of them.
  for (const failure of failuresAtStart(launched)) context.warn(failure);
  const goal = { ...(timeout === undefined ? {} : { timeout }) };
  const waits = (what: 'ready' | 'done') => waitWithProgress(context, cluster, name, { ...goal, for: what });
  let snapshot = launched;
  if (wait === 'ready' || (wait === 'done' && !follow)) snapshot = await waits(wait);
  if (!follow) {
    await print(context, {
      data: snapshot.experiment,
      names: () => [name],
      table: () => describeLaunch(snapshot, context.terminal.style),
    });
    if (context.terminal.forPeople)
      for (const line of nextCommands(snapshot, context.program.name())) context.note(line);
    return snapshot;
  }
  for (const line of await describeLaunch(snapshot, context.terminal.noteStyle)) context.note(line);
  await followLogs(context, cluster, snapshot);
  return wait === 'done' ? waits('done') : snapshot;
}

async function followLogs(
  context: CommandContext,
  cluster: Cluster,
  { experiment, processes }: ExperimentSnapshot,
): Promise<void> {
  await showLogs(context, cluster, {
    experiment: experiment.name,
    processes,
    all: processes,
    options: { follow: true },
  });
  if (!context.signal.aborted) return;
  const { name } = experiment;
  const program = context.program.name();
  context.note(`${name} goes on; see it with: ${program} logs -f -e ${name}; end it with: ${program} delete ${name}`);
  throw new SymphonyError('interrupted', 'Interrupted.');
}
