import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CopyOptions } from '../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';

/** Read size, and the granularity at which holes are detected: file systems have no holes smaller than a few KiB. */
const chunkBytes = 256 * 1024;

/**
 * Copies a file, or a folder with its content, to a path that is free or holds an entry of the same kind. Other entries
 * of an existing folder stay. Modes, times, links and holes are preserved, and a file gets its name only once it is
 * complete.
 * @param stats Of the source; a link that stands for it is followed
 * @throws SymphonyError if an existing entry blocks the target, or the error of a system call
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
  // Applied last: a folder without write permission could not have been filled.
  const folder = await open(target, 'r');
  try {
    await folder.chmod(stats.mode & 0o7777);
    await folder.utimes(stats.atime, stats.mtime);
  } finally {
    await folder.close();
  }
}

/** Creates an entry under a temporary name and renames it to its target, replacing an older file or link. */
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

/** Copies as many bytes as the file had at the start, so that a growing file is copied in a consistent state. */
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
