import type { CopyEnd, CopyOptions, Streams } from '../../../engine/contract/capabilities.ts';
import { copyIn } from '../../kit/copy/copy-in.ts';
import { copyOut } from '../../kit/copy/copy-out.ts';
import { CopyToolsMissing } from '../../kit/copy/copy-script.ts';
import { runInContainer } from '../../kit/exec/run-in-container.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { labels, runOf } from '../containers/labels.ts';
import { containerSessions } from '../inside/check-in-container.ts';
import { type ArchiveContainer, archiveIn, archiveOut } from './archive-copy.ts';

/** A container to copy files to or from. */
export interface CopyContainer extends ArchiveContainer {
  readonly isRunning: boolean;
}

/** The id of the container of the newest run of a process; undefined if there is none. @param key of the process */
export async function newestContainer(
  client: EngineClient,
  launchId: string,
  key: string,
): Promise<string | undefined> {
  const containers = await client.listContainers({ [labels.launch]: launchId, [labels.process]: key });
  const runs = containers.map(({ Id: id, Labels }) => ({ id, run: runOf(Labels)?.run ?? 0 }));
  return runs.sort((a, b) => b.run - a.run)[0]?.id;
}

/**
 * Copies a file or folder into a container, or out of it. In one that runs, programs of its image do it, which see what is
 * mounted, too, and leave nothing of an interrupted copy. For an image without them, or one that has ended, the engine does.
 * @throws SymphonyError `not-found` if the source or the folder of the destination does not exist
 */
export async function copyFiles(
  container: CopyContainer,
  source: CopyEnd,
  destination: CopyEnd,
  options: CopyOptions,
): Promise<void> {
  const isIn = source.process === undefined;
  if (container.isRunning) {
    const { client, id, name } = container;
    const run = (
      command: readonly string[],
      given: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
    ) => runInContainer(containerSessions(client, id), command, given);
    try {
      await (isIn ? copyIn : copyOut)({ name, run }, source.path, destination.path, options);
      return;
    } catch (error) {
      if (!(error instanceof CopyToolsMissing)) throw error;
    }
  }
  await (isIn ? archiveIn : archiveOut)(container, source.path, destination.path, options);
}
