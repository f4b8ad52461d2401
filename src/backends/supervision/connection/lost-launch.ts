import { SymphonyError, toSymphonyError } from '../../../engine/contract/errors.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { DamagedExperiment } from '../records/damaged-experiment.ts';
import type { ExperimentStore } from '../records/experiment-store.ts';
import { reachSupervisor } from './supervisor-client.ts';
import type { ConnectOptions } from './supervisor-connection.ts';

/** The id of the stored launch of an experiment; undefined if none is stored. */
export function storedLaunch(store: ExperimentStore, name: string): string | undefined {
  const stored = store.read(name);
  return stored === undefined || stored instanceof DamagedExperiment ? undefined : stored.record.launchId;
}

/** A launch whose answer did not come. */
export interface LostLaunch {
  readonly store: ExperimentStore;
  readonly backend: string;
  readonly name: string;
  /** The launch id stored before. */
  readonly before: string | undefined;
}

/**
 * Determines the outcome of a launch whose supervisor ended: a complete launch stands, an incomplete one is undone by
 * the next supervisor.
 * @throws SymphonyError `failed`, with the outcome, if the launch does not stand
 */
export async function settleLostLaunch(
  { store, backend, name, before }: LostLaunch,
  connectOptions: ConnectOptions,
): Promise<ExperimentSnapshot> {
  const what = `The supervisor ended while it launched ${name}`;
  const connection = await reachSupervisor(connectOptions).catch((error: unknown) => {
    const { message } = toSymphonyError(error);
    throw new SymphonyError('failed', `${what}, and another one cannot be reached: ${message}`, {
      hint: 'The started processes are ended once a supervisor is reached again, unless the launch was complete.',
      cause: error,
    });
  });
  try {
    const runtime = await connection.call('runtime', { backend, name }).catch((error: unknown) => {
      if (error instanceof SymphonyError && error.code === 'not-found') return undefined;
      throw error;
    });
    const isNew = storedLaunch(store, name) !== before;
    if (isNew && runtime?.launched && !runtime.deleting) return await connection.call('snapshot', { backend, name });
    const consequence = describeConsequence({ isNew, isThere: runtime !== undefined });
    throw new SymphonyError('failed', `${what}. ${consequence}`, { hint: 'Launch it again.' });
  } finally {
    connection.close();
  }
}

function describeConsequence({ isNew, isThere }: { readonly isNew: boolean; readonly isThere: boolean }): string {
  if (!isThere) return 'Nothing of it is left.';
  return isNew ? 'The started processes are being ended.' : 'The experiment that it should have replaced still exists.';
}
