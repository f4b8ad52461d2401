import type { DeleteOptions } from '../../../engine/contract/backend.ts';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { advise } from '../../../engine/text/advice.ts';
import { experimentExists } from '../../../engine/text/common-errors.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { deleteExperiment } from '../delete/delete-experiment.ts';
import { waitUntilGone } from '../delete/wait-until-gone.ts';
import { labels, manager } from '../manifests/labels.ts';
import type { KubeLocation } from '../manifests/object-names.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import { locationKey } from '../watch/experiment-names.ts';
import { extendScope, type KnownExperiment, type Scope } from '../watch/find-experiments.ts';
import { listExperiments } from '../watch/list-experiments.ts';
import { leaseEnd } from './lease.ts';

export interface RoomOptions extends LongCallOptions {
  readonly scope: Scope;
  readonly force: boolean;
  /** Awaited before an experiment at the location is removed; a rejection leaves it as it is. */
  readonly beforeRemoval: (existing: KnownExperiment) => Promise<void>;
  /** Awaited once the processes of a replaced experiment have ended. */
  readonly onEnded?: DeleteOptions['onEnded'] | undefined;
}

/**
 * Makes a location free for a launch: refuses if an experiment of the name exists, here or in another namespace;
 * removes a replaceable one; completes an interrupted deletion or launch.
 * @returns the namespace that an earlier experiment of the name has left, to be reused
 * @throws SymphonyError `conflict` naming the existing experiment, `failed` naming the remaining objects
 */
export async function clearLocation(
  client: KubeClient,
  location: KubeLocation,
  options: RoomOptions,
): Promise<KubeObject | undefined> {
  const { scope, force, signal, onProgress, beforeRemoval, onEnded } = options;
  const { experiment: name } = location;
  const index = await listExperiments(client, extendScope(scope, location.namespace), name, { signal });
  const entries = index.entries();
  const isHere = (entry: ExperimentEntry) => locationKey(entry.known.location) === locationKey(location);
  const elsewhere = entries.find((entry) => !isHere(entry) && !entry.known.isDeleting);
  if (elsewhere !== undefined) throw existsElsewhere(name, location, elsewhere);
  const existing = entries.find(isHere);
  if (existing !== undefined) {
    if (!force && !existing.condition.isOver) throw exists(name, existing);
    const known = { ...existing.known, launches: index.launches(existing) };
    await beforeRemoval(known);
    const { leftovers } = await deleteExperiment(client, known, {
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
      ...(onEnded && { onEnded }),
    });
    if (leftovers.length > 0) {
      throw new SymphonyError(
        'failed',
        `Objects of an earlier experiment ${name} still exist: ${leftovers.join('; ')}.`,
      );
    }
  }
  return location.ownNamespace ? findNamespace(client, location, options) : undefined;
}

async function findNamespace(
  client: KubeClient,
  location: KubeLocation,
  { signal, onProgress }: LongCallOptions,
): Promise<KubeObject | undefined> {
  const { experiment: name } = location;
  const namespace = await client.find({ kind: 'Namespace', name: location.namespace }, { signal });
  if (namespace === undefined) return undefined;
  const { uid, labels: own, deletionTimestamp } = namespace.metadata;
  if (deletionTimestamp !== undefined) {
    onProgress?.({ message: `Waiting until the earlier namespace ${location.namespace} is gone` });
    const leftovers = await waitUntilGone(client, location, uid, { signal, timeout: 60, onProgress });
    if (leftovers.length > 0)
      throw new SymphonyError(
        'conflict',
        `Objects of an earlier experiment ${name} still exist: ${leftovers.join('; ')}.`,
      );
    return undefined;
  }
  if (own?.[labels.managedBy] !== manager) {
    throw new SymphonyError('conflict', `The namespace ${location.namespace} exists and is not Symphony's.`, {
      hint: `Choose another name, or run inside of it with kube: { namespace: ${location.namespace} }.`,
    });
  }
  if (own[labels.launch] === undefined) return namespace;
  // The experiment appeared after the check above.
  throw experimentExists(name, { how: 'is being launched', detail: 'by another client' });
}

function exists(name: string, { known, condition, object }: ExperimentEntry): SymphonyError {
  const isUnderWay = object !== undefined && leaseEnd(object) !== undefined;
  const reason =
    condition.reason ?? (isUnderWay ? 'its launch is in progress, or was interrupted a moment ago' : undefined);
  const why = reason === undefined ? '' : `: ${reason}`;
  return experimentExists(name, { detail: `in namespace ${known.location.namespace}${why}` });
}

/** `--force` replaces the experiment at the location of the launch, never one in another namespace. */
function existsElsewhere(name: string, { namespace }: KubeLocation, { known }: ExperimentEntry): SymphonyError {
  const other = known.location.namespace;
  return experimentExists(name, {
    detail: `in namespace ${other}; this one would be in namespace ${namespace}`,
    hint: advise(
      (say) =>
        `Give this one another name${say.either(', with --name', '')}: what another namespace holds is not replaced.`,
    ),
  });
}
