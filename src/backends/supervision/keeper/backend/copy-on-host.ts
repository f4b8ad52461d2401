import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { CopyOptions } from '../../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../../engine/contract/errors.ts';
import { systemErrorText } from '../../../../engine/files/system-error.ts';
import { copyTree } from '../../../kit/copy/copy-tree.ts';

/**
 * Copies within this machine: into the destination if it is a folder, else to the destination path.
 * @throws SymphonyError `not-found` if the source or the destination's folder does not exist, `conflict` if an existing
 *   entry blocks the target, `failed` with the system's reason
 */
export async function copyOnHost(source: string, destination: string, options: CopyOptions): Promise<void> {
  throwIfAborted(options.signal);
  const stats = await stat(source).catch(() => undefined);
  if (stats === undefined) throw new SymphonyError('not-found', `There is no ${source}.`);
  if (!stats.isFile() && !stats.isDirectory())
    throw new SymphonyError('failed', `${source} cannot be copied: it is neither a file nor a folder.`);
  const isFolder = (await stat(destination).catch(() => undefined))?.isDirectory() ?? false;
  const target = isFolder ? join(destination, basename(resolve(source))) : destination;
  if ((await stat(dirname(target)).catch(() => undefined))?.isDirectory() !== true)
    throw new SymphonyError('not-found', `There is no folder ${dirname(target)}.`);
  await refuseItself(source, target);
  options.onProgress?.({ message: `Copying ${source} to ${target}` });
  try {
    await copyTree(source, stats, target, options);
  } catch (error) {
    if (error instanceof SymphonyError) throw error;
    const { path } = error as NodeJS.ErrnoException;
    const why = `${path === undefined ? '' : `${path}: `}${systemErrorText(error as NodeJS.ErrnoException)}`;
    throw new SymphonyError('failed', `${source} cannot be copied to ${target}: ${why}.`, { cause: error });
  }
}

/** @throws SymphonyError `usage` */
async function refuseItself(source: string, target: string): Promise<void> {
  const from = await realpath(source);
  const to = await realpath(target).catch(async () => join(await realpath(dirname(target)), basename(target)));
  if (from === to) throw new SymphonyError('usage', `${source} and ${target} are the same.`);
  if (to.startsWith(from === sep ? sep : `${from}${sep}`))
    throw new SymphonyError('usage', `${source} cannot be copied into itself.`);
}
