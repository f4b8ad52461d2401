import type { Backend, DeleteOptions, DeleteResult, LaunchOptions } from '../contract/backend.ts';
import type { ActionOptions } from '../contract/capabilities.ts';
import { SymphonyError } from '../contract/errors.ts';
import type { ExperimentSnapshot } from '../contract/watch.ts';
import { readSetting } from '../settings/config.ts';
import type { ResolvedExperiment } from '../spec/resolve/resolved-experiment.ts';
import { ClientArchive, type ClientArchiveOptions } from './client-archive.ts';
import { readHistoryLimits } from './history-limits.ts';

/**
 * Deletes an experiment on a backend that keeps no history itself, and copies it into that of this machine. What the
 * history cannot get is said in the result, and changes nothing else.
 */
export async function deleteWithHistory(backend: Backend, name: string, options: DeleteOptions): Promise<DeleteResult> {
  const archive = new ClientArchive(backend, name, await archiveOptions('deleted', options));
  if (!(await archive.begin())) return backend.delete(name, options);
  // A stop would look like the end of the experiment to those who wait for it.
  if (backend.history !== 'on-ended') await archive.read(options.signal);
  try {
    const result = await backend.delete(name, { ...options, onEnded: (ended) => archive.read(options.signal, ended) });
    await archive.commit();
    const notes = [...(result.notes ?? []), ...archive.notes];
    return notes.length === 0 ? result : { ...result, notes };
  } catch (error) {
    // An interruption ends the waiting, not the deletion. Another client may have been faster.
    const isInterrupted = error instanceof SymphonyError && (error.code === 'interrupted' || error.code === 'timeout');
    if (isInterrupted) await archive.commit();
    else await archive.discard();
    throw error;
  }
}

/** Launches an experiment in place of another one of its name, which goes into the history. */
export async function replaceWithHistory(
  backend: Backend,
  resolved: ResolvedExperiment,
  options: LaunchOptions,
): Promise<ExperimentSnapshot> {
  const { name } = resolved;
  const archive = new ClientArchive(backend, name, await archiveOptions('replaced', options));
  if (!(await archive.begin())) return backend.launch(resolved, options);
  if (backend.history !== 'on-ended') await archive.read(options.signal);
  try {
    const launched = await backend.launch(resolved, {
      ...options,
      onEnded: (ended) => archive.read(options.signal, ended),
    });
    await archive.commit();
    for (const note of archive.notes) options.onWarning?.(`The replaced ${name}: ${note}.`);
    return launched;
  } catch (error) {
    const current = await backend.describeExperiment(name).catch(() => undefined);
    if (current?.launchId === archive.launchId) await archive.discard();
    else await archive.commit();
    throw error;
  }
}

async function archiveOptions(
  how: ClientArchiveOptions['how'],
  { onProgress }: ActionOptions,
): Promise<ClientArchiveOptions> {
  return { how, limits: await readHistoryLimits(), readSeconds: await readSetting('historyWait'), onProgress };
}
