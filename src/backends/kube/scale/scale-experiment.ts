import type { ActionOptions, ScaleResult } from '../../../engine/contract/capabilities.ts';
import { abortError, SymphonyError } from '../../../engine/contract/errors.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import { isAlive, isFinal } from '../../../engine/contract/status.ts';
import {
  formatReplicaChanges,
  nothingScaled,
  replicaDifference,
  scaleResult,
} from '../../../engine/rules/scale-result.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import type { ReplicaCounts } from '../../../engine/spec/scale-spec.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import { readExperimentRecord } from '../manifests/experiment-record.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { PlanOptions } from '../section/kube-plan.ts';
import { decisionsKey, forgetProcesses, readDecisions, storedDecisions } from '../supervisor/decisions.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import { planScaling } from './plan-scaling.ts';
import { scaleMembers } from './scale-members.ts';
import { ScalingLock } from './scaling-lock.ts';
import { readScalingMark } from './scaling-mark.ts';
import { ScalingSteps } from './scaling-steps.ts';

export interface ScaleOptions extends ActionOptions {
  readonly plan: PlanOptions;
  /** Called with the changes in words, once they are known. */
  readonly onChange: (what: string) => Promise<void>;
}

/**
 * Changes the numbers of replicas of an experiment. First the objects of new processes are created, then the new record
 * replaces the old one in one step, then the objects of removed processes go. A change that fails or is aborted before the
 * step is undone. If the client dies, a mark on the record tells every client, and the next change finishes it.
 * @throws SymphonyError `unsupported` for a process inside of a group; `conflict` if the experiment is being launched or
 *   deleted, or nothing of it runs; `failed` with what the cluster refuses
 */
export async function scaleExperiment(
  client: KubeClient,
  entry: ExperimentEntry,
  counts: ReplicaCounts,
  options: ScaleOptions,
): Promise<ScaleResult> {
  const { known, record } = entry;
  // A number that is not possible is refused before anything is written.
  const { changes } = scaleMembers(record.spec, counts);
  const isMarked = entry.object !== undefined && readScalingMark(entry.object) !== undefined;
  if (changes.length === 0 && !isMarked) return nothingScaled;
  requireScalable(entry);
  const { launchId } = record;
  const lock = await ScalingLock.acquire(client, known.location, { launchId, counts }, options);
  const { signal } = options;
  const both = signal === undefined ? lock.lost : AbortSignal.any([signal, lock.lost]);
  try {
    return await scaleLocked(client, entry, lock, counts, { ...options, signal: both });
  } catch (error) {
    // What fails because the experiment is being deleted is told as that.
    throw (await lock.reasonLost(late())) ?? error;
  } finally {
    await lock.release(late()).catch(() => undefined);
  }
}

/** For what follows an abort. */
function late(): LongCallOptions {
  return { signal: AbortSignal.timeout(lateMilliseconds) };
}

const lateMilliseconds = 30_000;

async function scaleLocked(
  client: KubeClient,
  entry: ExperimentEntry,
  lock: ScalingLock,
  counts: ReplicaCounts,
  options: ScaleOptions,
): Promise<ScaleResult> {
  const { location } = entry.known;
  const record = readExperimentRecord(lock.record as { readonly data?: unknown });
  const { spec, changes } = scaleMembers(record.spec, counts);
  const steps = await ScalingSteps.begin(client, { location, record }, options);
  const plan = planScaling(steps.scaled, await validated(spec), options.plan.nodePools);
  if (changes.length > 0) await options.onChange(formatReplicaChanges(changes));
  if (changes.length > 0) await steps.check(plan, options);
  await steps.removeLeft(plan, options);
  if (changes.length === 0) {
    // What an interrupted change left of removed processes.
    await steps.settle(plan, options);
    return nothingScaled;
  }
  try {
    await steps.create(plan, options);
    await lock.change(({ data }) => ({ data: changedData(plan.record, data, plan) }), options);
  } catch (error) {
    // The record may have been replaced by a request whose answer was lost: the next change then goes on from there.
    const isReplaced = await lock.hasChanged(late()).catch(() => true);
    if (isReplaced || !(await steps.undo(plan))) lock.abandon();
    const { signal } = options;
    throw signal?.aborted ? abortError(signal) : error;
  }
  const leftovers = await steps.removeOld(plan, options).catch((error) => {
    if (!options.signal?.aborted) lock.abandon();
    throw error;
  });
  if (leftovers.length > 0) {
    throw new SymphonyError(
      'failed',
      `It is scaled, and some pods of removed processes remain: ${leftovers.join('; ')}.`,
      {
        hint: 'They are gone once their nodes confirm it.',
      },
    );
  }
  return scaleResult(changes, plan.before, plan.after, runningKeys(entry));
}

/** The validated form of a changed spec. The validation is loaded only here, because few commands need it. */
async function validated(spec: ExperimentSpec) {
  const { parseSpec } = await import('../../../engine/spec/parse-spec.ts');
  return parseSpec(spec);
}

function requireScalable({ known, isRemains, statuses, decisions }: ExperimentEntry): void {
  const { name, isDeleting } = known;
  if (isDeleting) throw new SymphonyError('conflict', `Experiment ${name} is being deleted.`);
  if (isRemains) {
    throw new SymphonyError(
      'conflict',
      `The record of experiment ${name} is gone or cannot be read, so it cannot be scaled.`,
      {
        hint: 'Delete it, and launch it again.',
      },
    );
  }
  if (decisions?.over === undefined && statuses.some(({ state }) => !isFinal(state))) return;
  throw new SymphonyError('conflict', `Nothing of experiment ${name} runs any more, so it cannot be scaled.`, {
    hint: 'Restart a process first, or launch it again with the number that you want.',
  });
}

function runningKeys({ statuses }: ExperimentEntry): ReadonlySet<string> {
  return new Set(statuses.filter(({ state }) => isAlive(state)).map(processKey));
}

/** The data of the new record. Earlier decisions of the supervisor do not concern new processes of the same names. */
function changedData(
  { data }: Manifest,
  known: unknown,
  { before, after }: Pick<ReturnType<typeof planScaling>, 'before' | 'after'>,
): Readonly<Record<string, string>> {
  const written = data as Readonly<Record<string, string>>;
  const old = (known ?? {}) as Readonly<Record<string, string>>;
  if (old[decisionsKey] === undefined) return written;
  const { added, removed } = replicaDifference(before, after);
  const keys = new Set([...added, ...removed].map(processKey));
  return { ...written, ...storedDecisions(forgetProcesses(readDecisions({ data: old }), keys)) };
}
