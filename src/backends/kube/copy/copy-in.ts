import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import type { ActionOptions } from '../../../engine/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/errors.ts';
import { type ContainerPlace, copyFailure, copyProgress, noTar, runScript } from './kube-copy.ts';

/** As large as a frame of exec: each costs the container a process. */
const chunkBytes = 512 * 1024;

interface LocalEntry {
  readonly path: string;
  /** Inside what is copied; empty for that itself. */
  readonly name: string;
  readonly stats: Awaited<ReturnType<typeof lstat>>;
}

/** Copies a file or folder from this machine into a container. */
export async function copyIn(
  place: ContainerPlace,
  source: string,
  destination: string,
  options: ActionOptions,
): Promise<void> {
  throwIfAborted(options.signal);
  const path = resolve(source);
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) throw new SymphonyError('not-found', `There is no ${source}.`);
  const entries = stats.isDirectory() ? await Array.fromAsync(walk(path)) : [{ path, name: '', stats }];
  const total = entries.reduce((sum, entry) => sum + (entry.stats.isFile() ? Number(entry.stats.size) : 0), 0);
  const onBytes = copyProgress(options, `Copying ${source} to ${place.container.container}:${destination}`, total);
  const run = (script: string, input: Readable) =>
    runScript(place, script, [destination, basename(path)], { input, take: drain, signal: options.signal });
  const archive = pack();
  const filling = fill(archive, entries, onBytes).catch((error) => archive.destroy(error));
  let result = await run(stats.isDirectory() ? takeFolder : takeFile, Readable.from(archive));
  archive.destroy();
  await filling;
  if (result.exitCode === noTar && !stats.isDirectory()) {
    const mode = (stats.mode & 0o7777).toString(8);
    const bytes = createReadStream(path, { highWaterMark: chunkBytes }).on('data', (chunk) => onBytes(chunk.length));
    result = await run(takeBytes.replace('MODE', mode).replace('SIZE', String(stats.size)), bytes);
  }
  if (result.exitCode === noTar) {
    throw new SymphonyError('failed', `The image has no tar, which copying a folder needs: ${source}.`, {
      hint: 'Copy its files one by one, or use an image with tar.',
    });
  }
  if (result.exitCode !== 0) throw copyFailure(source, result);
}

async function drain(output: NodeJS.ReadableStream): Promise<void> {
  for await (const _ of output);
}

async function* walk(path: string, name = ''): AsyncGenerator<LocalEntry> {
  yield { path, name, stats: await lstat(path) };
  for (const child of await readdir(path, { withFileTypes: true })) {
    const [childPath, childName] = [join(path, child.name), name === '' ? child.name : `${name}/${child.name}`];
    if (child.isDirectory()) yield* walk(childPath, childName);
    else if (child.isFile() || child.isSymbolicLink()) {
      yield { path: childPath, name: childName, stats: await lstat(childPath) };
    }
  }
}

async function fill(archive: Pack, entries: readonly LocalEntry[], onBytes: (bytes: number) => void): Promise<void> {
  for (const { path, name, stats } of entries) {
    const common = {
      name: name === '' ? (stats.isDirectory() ? '.' : 'file') : `./${name}`,
      mode: Number(stats.mode) & 0o7777,
      mtime: stats.mtime,
    };
    if (stats.isFile()) {
      const entry = archive.entry({ ...common, size: Number(stats.size) });
      // A file that grows while it is read is copied as it was: the archive has said its size.
      const end = Math.max(Number(stats.size) - 1, 0);
      const bytes = stats.size === 0 ? Readable.from([]) : createReadStream(path, { highWaterMark: chunkBytes, end });
      bytes.on('data', (chunk: Buffer) => onBytes(chunk.length));
      await pipeline(bytes, entry);
    } else if (stats.isSymbolicLink()) {
      archive.entry({ ...common, type: 'symlink', linkname: await readlink(path) });
    } else {
      archive.entry({ ...common, type: 'directory' });
    }
  }
  archive.finalize();
}

const target = `
t=$1
[ -d "$t" ] && t="$t/$2"
`;

const parent = `
case $t in */*) d=\${t%/*} ;; *) d=. ;; esac
[ -d "\${d:=/}" ] || { echo "there is no folder $d" >&2; exit 1; }
w="$d/.symphony-copy-$$"
trap 'rm -rf "$w"' EXIT
mkdir "$w" || exit 1
`;

const needsTar = `command -v tar >/dev/null || exit ${noTar}`;

const takeFolder = `${needsTar}${target}mkdir -p "$t" && tar -x -p -o -f - -C "$t"`;

// Beside its place first, so that there is never half a file.
const takeFile = `${needsTar}${target}${parent}tar -x -p -o -f - -C "$w" && mv -f "$w/file" "$t"`;

const takeBytes = `${target}${parent}cat >"$w/file" && [ "$(wc -c <"$w/file")" -eq SIZE ] && chmod MODE "$w/file" && mv -f "$w/file" "$t"`;
