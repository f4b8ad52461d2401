import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, link, mkdir, realpath, rename, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { SymphonyError } from '../../../engine/contract/errors.ts';

/** An entry of tar-stream. */
type Entry = Readable & { readonly header: Header };

export interface UnpackListeners {
  readonly onBytes: (bytes: number) => void;
  /** Called with the name of an entry that is neither a folder, a file nor a link. */
  readonly onLeftOut: (name: string) => void;
}

export interface UnpackOptions extends UnpackListeners {
  /** The name in the archive of the folder that is unpacked; by default that is the archive itself. */
  readonly root?: string;
}

/** Unpacks an archive of one file, which gets its name only once it is complete. */
export async function unpackFile(output: Readable, target: string, listeners: UnpackListeners): Promise<void> {
  const archive = extract();
  const feeding = pipeline(output, archive);
  feeding.catch(() => undefined);
  for await (const entry of archive as unknown as AsyncIterable<Entry>) {
    await place(entry, dirname(target), target, listeners);
    entry.resume();
  }
  await feeding;
}

/** Unpacks an archive into a folder. Each file gets its name only once it is complete. */
export async function unpackFolder(output: Readable, target: string, options: UnpackOptions): Promise<void> {
  const { root, ...listeners } = options;
  const archive = extract();
  const ending = new ArchiveEnd();
  const feeding = pipeline(output, (chunks: AsyncIterable<Buffer>) => ending.watch(chunks), archive);
  feeding.catch(() => undefined);
  const folders: { readonly path: string; readonly mode: number }[] = [];
  for await (const entry of archive as unknown as AsyncIterable<Entry>) {
    const { header } = entry;
    const { type, mode = 0o644 } = header;
    if (root !== undefined) {
      header.name = withoutRoot(header.name, root);
      if (type === 'link') header.linkname = withoutRoot(header.linkname ?? '', root);
    }
    const path = inside(target, header.name);
    if (path !== target) await refuseDetour(target, dirname(path));
    if (type === 'directory') {
      await mkdir(path, { recursive: true });
      await refuseDetour(target, path);
      folders.push({ path, mode });
    } else {
      await place(entry, target, path, listeners);
    }
    entry.resume();
  }
  await feeding;
  ending.check();
  // Modes of folders are set last: a read-only folder could not have been filled.
  for (const { path, mode } of folders.reverse()) await chmod(path, mode & 0o777);
}

async function place(entry: Entry, target: string, path: string, listeners: UnpackListeners): Promise<void> {
  const { type, mode = 0o644, mtime, linkname, name } = entry.header;
  const partial = join(dirname(path), `.symphony-copy-${randomBytes(4).toString('hex')}`);
  try {
    if (type === 'symlink') await symlink(linkname ?? '', partial);
    else if (type === 'link') await link(inside(target, linkname ?? ''), partial);
    else if (type === 'file' || type === 'contiguous-file') {
      await pipeline(() => wholeEntry(entry, listeners.onBytes), createWriteStream(partial, { mode: 0o600 }));
      await chmod(partial, mode & 0o7777);
      if (mtime) await utimes(partial, mtime, mtime);
    } else {
      listeners.onLeftOut(name);
      return;
    }
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

/** A truncated entry may end without an error, and an entry that failed earlier does not fail a pipeline. */
async function* wholeEntry(entry: Entry, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  let rest = entry.header.size ?? 0;
  try {
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      rest -= chunk.length;
      onBytes(chunk.length);
      yield chunk;
    }
  } catch {
    throw cutOff();
  }
  if (rest > 0) throw cutOff();
}

function cutOff(): Error {
  return new Error('the archive from the container was cut off');
}

/** A name in an archive relative to one of its folders; another's stays, and is refused if it leads out. */
function withoutRoot(name: string, root: string): string {
  if (name === root || name === `${root}/`) return '.';
  return name.startsWith(`${root}/`) ? name.slice(root.length + 1) : name;
}

/** Resolves the path of an entry and refuses one outside of the folder: the container is not trusted. */
function inside(target: string, name: string): string {
  const path = resolve(target, `./${name}`);
  if (path === target || path.startsWith(target + sep)) return path;
  throw new SymphonyError('failed', `The container sent a file outside of the folder: ${name}.`);
}

/** Refuses a path through a link that the container sent earlier. */
async function refuseDetour(target: string, folder: string): Promise<void> {
  const [root, real] = [await realpath(target), await realpath(folder)];
  if (real === root || real.startsWith(root + sep)) return;
  throw new SymphonyError('failed', `The container sent a file through a link out of the folder: ${folder}.`);
}

/** Detects the two empty blocks at the end of an archive, which an archive cut off between two files lacks. */
class ArchiveEnd {
  #last = Buffer.alloc(0);

  async *watch(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#last = Buffer.concat([this.#last, chunk.subarray(-1024)]).subarray(-1024);
      yield chunk;
    }
  }

  check(): void {
    if (this.#last.length === 1024 && this.#last.every((byte) => byte === 0)) return;
    throw cutOff();
  }
}
