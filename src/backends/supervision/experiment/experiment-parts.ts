import { messageOf } from '../../../engine/contract/errors.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { hangEvent } from '../../../engine/rules/rule-events.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { ExperimentNotices } from '../../kit/notices/experiment-notices.ts';
import { EventRecorder } from '../events/event-recorder.ts';
import type { NoticeSender } from '../notices/notice-sender.ts';
import { supervisedNotices } from '../notices/supervised-notices.ts';
import { ExperimentFolder } from '../records/experiment-folder.ts';
import { type ExperimentRecord, resolveRecord } from '../records/experiment-record.ts';
import type { ExperimentRuntime } from '../records/experiment-runtime.ts';
import { ExperimentState } from '../records/experiment-state.ts';
import { FolderGuard } from '../records/folder-guard.ts';
import { readRuntime } from '../records/state-file.ts';
import { FaultBarrier } from '../runs/fault-barrier.ts';
import { RunLifecycle } from '../runs/run-lifecycle.ts';
import type { Runner } from '../runs/runner.ts';
import type { RunsContext } from '../runs/runs-context.ts';
import { DueRestarts } from './due-restarts.ts';
import { DurableIntents } from './durable-intents.ts';
import { ExperimentHistory } from './experiment-history.ts';
import { ExperimentSteps } from './experiment-steps.ts';
import { IntentQueue } from './intent-queue.ts';
import { Leases } from './leases.ts';
import { RuleKeeper } from './rule-keeper.ts';

/** What the parts of one supervised experiment share. */
export interface ExperimentParts {
  readonly record: ExperimentRecord;
  readonly resolved: ResolvedExperiment;
  readonly folder: ExperimentFolder;
  /** By key. */
  readonly processes: ReadonlyMap<string, ResolvedProcess>;
  readonly events: EventRecorder;
  readonly state: ExperimentState;
  readonly barrier: FaultBarrier;
  readonly lifecycle: RunLifecycle;
  readonly leases: Leases;
  /** All starts and ends pass through this queue, so that none contradicts another. */
  readonly queue: IntentQueue;
  readonly intents: DurableIntents;
  readonly rules: RuleKeeper;
  /** Undefined if the launch named no one to tell. */
  readonly notices: ExperimentNotices | undefined;
  readonly history: ExperimentHistory;
  readonly guard: FolderGuard;
  /** Sends the notices that are due. */
  considerNotices(): void;
}

export interface PartsOptions {
  readonly folder: string;
  readonly record: ExperimentRecord;
  readonly runner: Runner;
  readonly notices: NoticeSender;
  /** What is known of the runs, if it is not read from the folder. */
  readonly known?: ExperimentRuntime | undefined;
}

/** How the parts reach the experiment as a whole. */
export interface PartsHooks {
  /** Called when processes have changed, with their keys. Changes within a short interval are combined. */
  readonly onChange: (keys: ReadonlySet<string>) => void;
  /** Called when something may no longer be used. */
  readonly onUnused: () => void;
  readonly snapshot: () => ExperimentSnapshot;
  readonly runtime: () => ExperimentRuntime;
}

/** Makes the parts of one supervised experiment and connects them. */
export function createParts({ folder, record, runner, notices: sender, known }: PartsOptions, hooks: PartsHooks) {
  const resolved = resolveRecord(record);
  const experimentFolder = new ExperimentFolder(folder);
  const processes = new Map(
    resolved.processes.map((resolvedProcess) => [processKey(resolvedProcess), resolvedProcess]),
  );
  const keys = [...processes.keys()];
  const stored = known ?? readRuntime(experimentFolder, resolved.processes, runner.findRuns);
  const events = new EventRecorder(folder, record.launchId, stored.processes);
  const state = new ExperimentState(experimentFolder, keys, stored, events, (changed) => {
    barrier.run('notifying of its changes', () => hooks.onChange(changed));
    hooks.onUnused();
    barrier.run('looking for notices', considerNotices);
    rules.apply();
  });
  const barrier = new FaultBarrier((fault) => {
    if (fault === undefined) state.setFlags({});
    else state.note(fault);
  });
  const notices = supervisedNotices({
    folder,
    launchId: record.launchId,
    sender,
    snapshot: hooks.snapshot,
    told: () => state.flags.told ?? [],
    setTold: (told) => state.setFlags({ told }),
    record: (event) => events.record(event),
    note: (text) => state.note(text),
    guard: (action) => void barrier.run('sending notices', action),
  });
  const considerNotices = () => {
    if (state.flags.launched && !state.flags.deleting) notices?.consider();
  };
  const leases = new Leases({ folder, record, resolved, processes, state });
  const runs: RunsContext = { record, processes, state, events, wantedEnd: (key) => queue.wantedEnd(key) };
  /** If the run cannot be ended, it is reported again. */
  const onHang = (key: string, reason: string) => {
    if (queue.wantedEnd(key) !== undefined) return;
    const { run } = state.get(key);
    events.record(hangEvent({ key, reason }, run));
    intents.stop([key], reason, 'failed').catch((error: unknown) => state.note(messageOf(error)));
  };
  const lifecycle = new RunLifecycle({
    ...runs,
    runner,
    folder,
    barrier,
    isStarting: (key) => queue.isStarting(key),
    onHang,
    onRestartDue: (due) => dueRestarts.run(due),
  });
  const history = new ExperimentHistory(record, experimentFolder);
  const steps = new ExperimentSteps(runs, lifecycle, leases, folder, () => intents, {
    keep: () => history.keep(hooks.runtime(), lifecycle.runner),
    note: (warnings) => history.note(warnings),
  });
  const queue = new IntentQueue(record.name, keys, steps);
  const intents = new DurableIntents(queue, state, lifecycle);
  const launchedAt = record.createdAt;
  const rules = new RuleKeeper({ experiment: resolved, launchedAt, state, queue, intents, barrier, events });
  const dueRestarts = new DueRestarts(state, lifecycle, queue, barrier, (key) => rules.isHeld(key));
  const guard = new FolderGuard(experimentFolder, record, lifecycle.runner);
  const parts: ExperimentParts = {
    record,
    resolved,
    folder: experimentFolder,
    processes,
    events,
    state,
    barrier,
    lifecycle,
    leases,
    queue,
    intents,
    rules,
    notices,
    history,
    guard,
    considerNotices,
  };
  return parts;
}
