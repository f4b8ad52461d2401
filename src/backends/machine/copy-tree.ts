import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CopyOptions } from '../../engine/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../engine/errors.ts';

/** Also what is looked at for holes: a file system has none smaller than a few KiB. */
const chunkBytes = 256 * 1024;

/**
 * Copies a file, or a folder with all that is in it, to a path that is free or holds the same kind of thing: what a folder
 * there has besides stays. Modes, times, links and holes are kept, and a file has its name only once it is whole.
 * @param stats Of the source; a link that stands for it is followed
 * @throws SymphonyError if something there is in the way, or what a system call throws
 */
export async function copyTree(source: string, stats: Stats, target: string, options: CopyOptions): Promise<void> {
  throwIfAborted(options.signal);
  if (stats.isDirectory()) await copyFolder(source, stats, target, options);
  else if (stats.isSymbolicLink()) await place(target, async (path) => symlink(await readlink(source), path));
  else if (stats.isFile()) await place(target, (path) => copyFile(source, path, options.signal));
  else options.onLeftOut?.(source);
}

async function copyFolder(source: string, stats: Stats, target: string, options: CopyOptions): Promise<void> {
  const there = await lstat(target).catch(() => undefined);
  if (there !== undefined && !there.isDirectory()) throw targetBlocked(target, 'it is not a folder');
  if (there === undefined) await mkdir(target, { mode: 0o700 });
  for (const name of await readdir(source)) {
    const path = join(source, name);
    await copyTree(path, await lstat(path), join(target, name), options);
  }
  // Last: a folder that may not be written to could not have been filled.
  const folder = await open(target, 'r');
  try {
    await folder.chmod(stats.mode & 0o7777);
    await folder.utimes(stats.atime, stats.mtime);
  } finally {
    await folder.close();
  }
}

/** Makes something beside its place and moves it there, over an older file or link. */
async function place(target: string, make: (path: string) => Promise<void>): Promise<void> {
  const there = await lstat(target).catch(() => undefined);
  if (there !== undefined && !there.isFile() && !there.isSymbolicLink())
    throw targetBlocked(target, there.isDirectory() ? 'it is a folder' : 'it is neither a file nor a folder');
  const partial = join(dirname(target), `.symphony-copy-${randomBytes(4).toString('hex')}`);
  try {
    await make(partial);
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}

async function copyFile(source: string, target: string, signal: AbortSignal | undefined): Promise<void> {
  const from = await open(source, 'r');
  try {
    const to = await open(target, 'wx', 0o600);
    try {
      const stats = await from.stat();
      await copyBytes(from, to, stats, signal);
      await to.chmod(stats.mode & 0o7777);
      await to.utimes(stats.atime, stats.mtime);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** As many bytes as the file had: one that grows while it is read is copied as it was. */
async function copyBytes(
  from: FileHandle,
  to: FileHandle,
  { size, blocks }: Stats,
  signal: AbortSignal | undefined,
): Promise<void> {
  const hasHoles = blocks * 512 < size;
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const zeros = Buffer.alloc(hasHoles ? chunkBytes : 0);
  let position = 0;
  while (position < size) {
    throwIfAborted(signal);
    const { bytesRead } = await from.read(buffer, 0, Math.min(chunkBytes, size - position), position);
    if (bytesRead === 0) break;
    const bytes = buffer.subarray(0, bytesRead);
    if (!hasHoles || !bytes.equals(zeros.subarray(0, bytesRead))) await writeWhole(to, bytes, position);
    position += bytesRead;
  }
  await to.truncate(position);
}

async function writeWhole(to: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await to.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function targetBlocked(target: string, why: string): SymphonyError {
  return new SymphonyError('conflict', `${target} is in the way: ${why}.`);
}
