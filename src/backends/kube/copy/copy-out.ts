import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, link, mkdir, realpath, rename, rm, stat, symlink, utimes } from 'node:fs/promises';
import { basename, dirname, join, posix, resolve, sep } from 'node:path';
import { type PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import type { ActionOptions } from '../../../engine/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/errors.ts';
import { type ContainerPlace, copyFailure, copyProgress, noSource, noTar, runScript } from './kube-copy.ts';

/** Copies a file or folder out of a container to this machine. Nothing is left of a file that did not arrive whole. */
export async function copyOut(
  place: ContainerPlace,
  source: string,
  destination: string,
  options: ActionOptions,
): Promise<void> {
  throwIfAborted(options.signal);
  const isFolder = (await stat(destination).catch(() => undefined))?.isDirectory() ?? false;
  const target = resolve(isFolder ? join(destination, posix.basename(posix.resolve('/', source))) : destination);
  if ((await stat(dirname(target)).catch(() => undefined))?.isDirectory() !== true) {
    throw new SymphonyError('not-found', `There is no folder ${dirname(target)}.`);
  }
  const what = `${place.container.container}:${source}`;
  const onBytes = copyProgress(options, `Copying ${what} to ${destination}`);
  const partial = join(dirname(target), `.${basename(target)}.symphony-${randomBytes(4).toString('hex')}`);
  const run = (script: string, take: (output: PassThrough) => Promise<void>) =>
    runScript(place, script, [source], { input: Readable.from([]), take, signal: options.signal });
  try {
    let isFile = false;
    let result = await run(giveArchive, async (output) => {
      isFile = await unpack(output, { target, partial, onBytes });
    });
    if (result.exitCode === noTar) {
      isFile = true;
      result = await run(giveBytes, (output) => takeBytes(output, partial, onBytes));
    }
    if (result.exitCode !== 0) throw copyFailure(what, result);
    if (isFile) await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}

interface Unpacking {
  readonly target: string;
  /** Where a file is written until it is whole. */
  readonly partial: string;
  readonly onBytes: (bytes: number) => void;
}

/** Unpacks what comes; true if it is one file. */
async function unpack(output: PassThrough, { target, partial, onBytes }: Unpacking): Promise<boolean> {
  const archive = extract();
  const feeding = pipeline(output, archive);
  feeding.catch(() => undefined);
  let isFile = false;
  let isFirst = true;
  const folders: { readonly path: string; readonly mode: number }[] = [];
  for await (const entry of archive as unknown as AsyncIterable<Entry>) {
    const { type, mode = 0o644, mtime, name } = entry.header;
    if (isFirst && type !== 'directory') {
      isFile = true;
      await writeEntry(entry, partial, mode, onBytes);
    } else {
      const path = inside(target, name);
      if (type === 'directory') {
        await mkdir(path, { recursive: true });
        folders.push({ path, mode });
      } else {
        await refuseDetour(target, path);
        if (type === 'symlink') await replace(path, () => symlink(entry.header.linkname ?? '', path));
        else if (type === 'link') await replace(path, () => link(inside(target, entry.header.linkname ?? ''), path));
        else await replace(path, () => writeEntry(entry, path, mode, onBytes));
        if (type === 'file' && mtime) await utimes(path, mtime, mtime);
      }
    }
    isFirst = false;
    entry.resume();
  }
  await feeding;
  // Last: a folder that may not be written to could not have been filled.
  for (const { path, mode } of folders.reverse()) await chmod(path, mode & 0o777);
  return isFile;
}

/** As tar-stream gives it. */
type Entry = Readable & { readonly header: Header };

async function writeEntry(entry: Entry, path: string, mode: number, onBytes: (bytes: number) => void): Promise<void> {
  entry.on('data', (chunk: Buffer) => onBytes(chunk.length));
  await pipeline(entry, createWriteStream(path, { mode: 0o600 }));
  await chmod(path, mode & 0o7777);
}

async function replace(path: string, make: () => Promise<void>): Promise<void> {
  await rm(path, { force: true });
  await make();
}

/** The path of an entry; what the container says is not trusted to stay inside. */
function inside(target: string, name: string): string {
  const path = resolve(target, `./${name}`);
  if (path === target || path.startsWith(target + sep)) return path;
  throw new SymphonyError('failed', `The container sent a file outside of the folder: ${name}.`);
}

/** Nor is a link it sent before followed. */
async function refuseDetour(target: string, path: string): Promise<void> {
  const [root, folder] = [await realpath(target), await realpath(dirname(path))];
  if (folder === root || folder.startsWith(root + sep)) return;
  throw new SymphonyError('failed', `The container sent a file through a link out of the folder: ${path}.`);
}

/** One file: a line with its mode and size, then its bytes. */
async function takeBytes(output: PassThrough, path: string, onBytes: (bytes: number) => void): Promise<void> {
  const file = createWriteStream(path, { mode: 0o600 });
  let header: Buffer | undefined = Buffer.alloc(0);
  let [mode, size, written] = [0o644, 0, 0];
  async function* bytes() {
    for await (let chunk of output as AsyncIterable<Buffer>) {
      if (header !== undefined) {
        header = Buffer.concat([header, chunk]);
        const end = header.indexOf(10);
        if (end < 0) continue;
        const [octal = '644', length = '0'] = header.subarray(0, end).toString().split(' ');
        [mode, size] = [Number.parseInt(octal, 8), Number(length)];
        chunk = header.subarray(end + 1);
        header = undefined;
      }
      written += chunk.length;
      onBytes(chunk.length);
      yield chunk;
    }
  }
  await pipeline(bytes, file);
  if (header === undefined && written !== size)
    throw new SymphonyError('failed', 'The file changed while it was copied.');
  await chmod(path, mode & 0o7777);
}

const giveArchive = `
[ -e "$1" ] || exit ${noSource}
command -v tar >/dev/null || exit ${noTar}
if [ -d "$1" ]; then exec tar -cf - -C "$1" .; fi
case $1 in */*) d=\${1%/*} ;; *) d=. ;; esac
exec tar -chf - -C "\${d:=/}" "./\${1##*/}"
`;

const giveBytes = `
[ -d "$1" ] && { echo 'the image has no tar, which copying a folder needs' >&2; exit 1; }
m=$(stat -c %a "$1" 2>/dev/null) || m=644
echo "$m $(($(wc -c <"$1")))" && exec cat "$1"
`;
