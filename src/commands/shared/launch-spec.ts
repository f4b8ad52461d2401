import type { Cluster } from '../../engine/client/cluster.ts';
import type { WaitOptions } from '../../engine/client/wait.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import type { Plan } from '../../engine/contract/plan.ts';
import type { ExperimentSnapshot } from '../../engine/contract/watch.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import { requireLogFormat, showLogs } from '../logs/show-logs.ts';
import { describeLaunch, failuresAtStart, nextCommands } from '../output/launch-summary.ts';
import { print } from '../output/print.ts';
import type { CommandContext } from '../program/command.ts';
import { warnOfPlan } from './show-plan.ts';
import { goesOnHint, waitWithProgress } from './wait-with-progress.ts';

/** Time to print the last lines after a wait has failed. */
const drainMilliseconds = 2_000;

export interface LaunchWishes {
  readonly force?: boolean | undefined;
  /** Print the output of the processes until they end. */
  readonly follow?: boolean | undefined;
  readonly wait?: 'ready' | 'done' | undefined;
  /**
   * Run it in the foreground: print the output of the processes until it is over, and delete it. An interrupt ends the
   * processes. Excludes `follow` and `wait`.
   */
  readonly attached?: boolean | undefined;
  /** The limit of `wait` or `attached`, in seconds. */
  readonly timeout?: number | undefined;
}

/** Launches the experiment, makes it the current one, and prints what was started and the next commands. */
export async function launchSpec(
  context: CommandContext,
  cluster: Cluster,
  spec: ExperimentSpec,
  { force = false, follow = false, attached = false, wait, timeout }: LaunchWishes,
): Promise<ExperimentSnapshot> {
  if (follow || attached) requireLogFormat(context);
  if (attached) {
    if (follow || wait !== undefined)
      throw new SymphonyError('usage', 'An attached launch cannot be combined with follow or wait.');
    const { launchAttached } = await import('./launch-attached.ts');
    return launchAttached(context, cluster, spec, { force, timeout });
  }
  const { signal, progress } = context;
  const onPlan = (plan: Plan) => warnOfPlan(context, plan);
  const onWarning = (warning: string) => context.warn(warning);
  const launched = await cluster.launch(spec, { force, signal, onProgress: progress, onPlan, onWarning });
  const { name } = launched.experiment;
  await cluster.setExperiment(name);
  // Not an error: the launch is complete, and a process that failed at its start may still recover.
  for (const failure of failuresAtStart(launched)) context.warn(failure);
  const goal = timeout === undefined ? {} : { timeout };
  const waitFirst = follow && wait === 'done' ? undefined : wait;
  const snapshot =
    waitFirst === undefined ? launched : await waitForGoal(context, cluster, launched, { for: waitFirst, ...goal });
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
  if (wait === 'done') return followUntilDone(context, cluster, snapshot, { for: wait, ...goal });
  await followLogs(context, cluster, snapshot);
  return snapshot;
}

type WaitGoal = Pick<WaitOptions, 'for' | 'timeout'>;

async function waitForGoal(
  context: CommandContext,
  cluster: Cluster,
  { experiment }: ExperimentSnapshot,
  goal: WaitGoal,
): Promise<ExperimentSnapshot> {
  try {
    return await waitWithProgress(context, cluster, experiment.name, { ...goal, isLaunch: true });
  } finally {
    if (context.signal.aborted) context.note(goesOnHint(context, experiment.name));
  }
}

/** Prints the output of the processes while it waits for their end. A failed wait ends the printing as well. */
async function followUntilDone(
  context: CommandContext,
  cluster: Cluster,
  snapshot: ExperimentSnapshot,
  goal: WaitGoal,
): Promise<ExperimentSnapshot> {
  const following = new AbortController();
  const waiting = new AbortController();
  const signal = AbortSignal.any([context.signal, waiting.signal]);
  const wait = waitWithProgress({ ...context, signal }, cluster, snapshot.experiment.name, { ...goal, isLaunch: true });
  let drain: NodeJS.Timeout | undefined;
  wait.catch((error: unknown) => {
    if (error instanceof SymphonyError && error.code === 'timeout') following.abort();
    // If all have ended, the printing ends by itself after their last lines.
    else drain = setTimeout(() => following.abort(), drainMilliseconds);
  });
  try {
    await followLogs(context, cluster, snapshot, following.signal);
    return await wait;
  } finally {
    clearTimeout(drain);
    waiting.abort();
  }
}

async function followLogs(
  context: CommandContext,
  cluster: Cluster,
  { experiment, processes }: ExperimentSnapshot,
  signal?: AbortSignal,
): Promise<void> {
  await showLogs(context, cluster, {
    experiment: experiment.name,
    processes,
    all: processes,
    options: { follow: true },
    ...(signal === undefined ? {} : { signal }),
  });
  if (!context.signal.aborted) return;
  context.note(goesOnHint(context, experiment.name));
  throw new SymphonyError('interrupted', 'Interrupted.');
}
