import { SymphonyError, toSymphonyError } from '../../engine/errors.ts';
import type { ExperimentSnapshot } from '../../engine/watch.ts';
import { DamagedExperiment } from './damaged-experiment.ts';
import { readStoredExperiment } from './stored-experiments.ts';
import { reachSupervisor } from './supervisor-client.ts';
import type { ConnectOptions } from './supervisor-connection.ts';

/** Which launch of an experiment the disk knows; undefined if it knows none. */
export function storedLaunch(backend: string, name: string): string | undefined {
  const stored = readStoredExperiment(backend, name);
  return stored === undefined || stored instanceof DamagedExperiment ? undefined : stored.record.launchId;
}

/**
 * Finds out what became of a launch whose supervisor ended: one that was complete stands, one that was not is undone by
 * the next supervisor.
 * @param before the launch that was known before
 * @throws SymphonyError `failed`, in words, if it does not stand
 */
export async function settleLostLaunch(
  { backend, name, before }: { readonly backend: string; readonly name: string; readonly before: string | undefined },
  connectOptions: ConnectOptions,
): Promise<ExperimentSnapshot> {
  const what = `The supervisor ended while it launched ${name}`;
  const connection = await reachSupervisor(connectOptions).catch((error: unknown) => {
    const { message } = toSymphonyError(error);
    throw new SymphonyError('failed', `${what}, and another one cannot be reached: ${message}`, {
      hint: 'The next command that reaches one ends what had been started, unless the launch was complete.',
      cause: error,
    });
  });
  try {
    const runtime = await connection.call('runtime', { backend, name }).catch((error: unknown) => {
      if (error instanceof SymphonyError && error.code === 'not-found') return undefined;
      throw error;
    });
    const isNew = storedLaunch(backend, name) !== before;
    if (isNew && runtime?.launched && !runtime.deleting) return await connection.call('snapshot', { backend, name });
    const consequence = describeConsequence({ isNew, isThere: runtime !== undefined });
    throw new SymphonyError('failed', `${what}. ${consequence}`, { hint: 'Launch it again.' });
  } finally {
    connection.close();
  }
}

function describeConsequence({ isNew, isThere }: { readonly isNew: boolean; readonly isThere: boolean }): string {
  if (!isThere) return 'Nothing of it is left.';
  return isNew ? 'What had been started is being ended.' : 'The experiment that it was to replace is still there.';
}
