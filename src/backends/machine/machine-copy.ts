import { cp, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ActionOptions } from '../../engine/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../engine/errors.ts';

/** Copies on this machine as cp -R does: into the destination if that is a folder, else under its name. */
export async function copyOnMachine(source: string, destination: string, options: ActionOptions): Promise<void> {
  throwIfAborted(options.signal);
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw new SymphonyError('not-found', `There is no ${source}.`);
  const isFolder = (await stat(destination).catch(() => undefined))?.isDirectory() ?? false;
  const target = isFolder ? join(destination, basename(resolve(source))) : destination;
  options.onProgress?.({ message: `Copying ${source} to ${target}` });
  try {
    await cp(source, target, {
      recursive: true,
      verbatimSymlinks: true,
      filter: () => {
        throwIfAborted(options.signal);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof SymphonyError) throw error;
    throw new SymphonyError('failed', `${source} cannot be copied to ${target}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
