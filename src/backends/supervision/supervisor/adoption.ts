import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { toSymphonyError } from '../../../engine/contract/errors.ts';
import { machineIdentity } from '../../kit/host/machine-identity.ts';
import type { ManagedExperiment } from '../experiment/managed-experiment.ts';
import { DamagedExperiment } from '../records/damaged-experiment.ts';
import { backendFolder } from '../records/experiment-folder.ts';
import { ExperimentStore, type StoredExperiment } from '../records/experiment-store.ts';
import { listExperimentNames } from '../records/list-folder.ts';
import { releaseHoldings } from '../records/release-holdings.ts';
import { removeRemains } from '../records/remove-folder.ts';
import type { Runner } from '../runs/runner.ts';
import type { Deletions } from './deletions.ts';
import { isManaged, slotKey } from './experiment-slots.ts';
import type { Scalings } from './scalings.ts';
import { manageExperiment, type SupervisorParts } from './supervisor-parts.ts';

/** How long interrupted deletions may delay the first answers to commands. */
const deletionMilliseconds = 1_000;

/**
 * Adopts all stored experiments; undoes incomplete launches and finishes incomplete deletions. An experiment that cannot
 * be adopted is kept as damaged and does not affect the others.
 */
export async function adoptStored(parts: SupervisorParts, deletions: Deletions, scalings: Scalings): Promise<void> {
  const unfinished: Promise<unknown>[] = [];
  for (const [backend, runner] of Object.entries(parts.runners)) {
    const store = new ExperimentStore(backend, runner.findRuns);
    const folder = backendFolder(backend);
    for (const name of listExperimentNames(folder)) {
      const stored = store.read(name);
      if (stored === undefined) {
        // A launch that was interrupted before its record was written may hold something.
        await releaseHoldings(join(folder, name)).catch(() => undefined);
        continue;
      }
      const isDamaged = stored instanceof DamagedExperiment;
      const slot = isDamaged ? stored : adopt(parts, stored, runner);
      parts.slots.set(slotKey(backend, name), slot);
      if (isDamaged || !isManaged(slot)) continue;
      if (slot.isHalfLaunched || slot.isDeleting) unfinished.push(finishDeletion(deletions, slot, stored, runner));
      // Saving also repairs the record, one of whose two copies may be damaged.
      else {
        await slot.saveAll();
        await slot.releaseUnused();
        // In the background: processes that must be ended first may take their time.
        void slot.startPending().catch((error: unknown) => slot.noteProblem(error));
        void scalings.finish(slot);
      }
    }
    unfinished.push(removeRemains(folder));
  }
  // Deletions usually finish at once, before any command sees them; a slow one must not delay commands.
  await Promise.race([Promise.all(unfinished), delay(deletionMilliseconds, undefined, { ref: false })]);
}

/** An experiment that cannot be ended is kept, so that it can be ended later. */
async function finishDeletion(
  deletions: Deletions,
  experiment: ManagedExperiment,
  { record }: StoredExperiment,
  runner: Runner,
): Promise<void> {
  const outcome = await deletions.delete(experiment).catch(() => undefined);
  if (outcome?.leftovers.length === 0) return;
  experiment.adopt({ afterReboot: isAfterReboot(record, machineIdentity().boot, runner) });
  await experiment.saveAll();
}

function adopt(
  parts: SupervisorParts,
  { record, folder }: StoredExperiment,
  runner: Runner,
): ManagedExperiment | DamagedExperiment {
  const { boot } = machineIdentity();
  let experiment: ManagedExperiment | undefined;
  try {
    experiment = manageExperiment(parts, { ...record, boot }, folder.path, runner);
    if (!experiment.isHalfLaunched && !experiment.isDeleting)
      experiment.adopt({ afterReboot: isAfterReboot(record, boot, runner) });
    return experiment;
  } catch (error) {
    experiment?.close();
    return new DamagedExperiment(record, folder, `taking it over failed (${toSymphonyError(error).message})`);
  }
}

/** Whether a restart of the machine has ended everything that ran. */
function isAfterReboot({ boot }: StoredExperiment['record'], current: string, runner: Runner): boolean {
  return boot !== current && runner.outlivesMachine !== true;
}
