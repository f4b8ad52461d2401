import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { type PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CopyOptions } from '../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { absolutePath } from '../../../engine/files/working-directory.ts';
import type { ContainerCommands } from '../exec/container-commands.ts';
import { type CopyProgress, copyProgress } from './copy-progress.ts';
import { cannotCopy, containerPath, copyFailure, noSourceExitCode, noTarExitCode, runScript } from './copy-script.ts';
import { unpackFolder } from './unpack-folder.ts';

/** Copies a file or folder from a container to this machine. An incomplete file leaves nothing behind. */
export async function copyOut(
  container: ContainerCommands,
  source: string,
  destination: string,
  options: CopyOptions,
): Promise<void> {
  throwIfAborted(options.signal);
  const target = await localTarget(source, destination);
  const what = `${container.name}:${source}`;
  const progress = copyProgress(options, `Copying ${what} to ${destination}`);
  const partial = join(dirname(target), `.symphony-copy-${randomBytes(4).toString('hex')}`);
  try {
    let isFile = false;
    const result = await runScript(container, sendScript, [containerPath(source)], {
      input: Readable.from([]),
      readOutput: async (output) => {
        const header = await readLine(output);
        const [kind, total] = header.split(' ');
        progress.total = Number(total) || undefined;
        isFile = kind === 'file';
        if (isFile) await receiveFile(output, header, partial, progress);
        else if (kind === 'folder') {
          await unpackFolder(output, target, {
            onBytes: (bytes) => progress.add(bytes),
            onLeftOut: (name) => options.onLeftOut?.(posix.join(source, name)),
          });
        }
      },
      signal: options.signal,
    });
    if (result.exitCode !== 0) throw copyFailure(what, result);
    if (isFile) await rename(partial, target);
  } catch (error) {
    throw cannotCopy(what, error);
  } finally {
    await rm(partial, { force: true });
  }
}

/** The path of the copy on this machine. @throws SymphonyError `not-found` if its folder does not exist */
export async function localTarget(source: string, destination: string): Promise<string> {
  const isFolder = (await stat(destination).catch(() => undefined))?.isDirectory() ?? false;
  const target = absolutePath(isFolder ? join(destination, posix.basename(posix.resolve('/', source))) : destination);
  if ((await stat(dirname(target)).catch(() => undefined))?.isDirectory() !== true)
    throw new SymphonyError('not-found', `There is no folder ${dirname(target)}.`);
  return target;
}

async function readLine(output: PassThrough): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of output.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const end = chunk.indexOf(10);
    parts.push(end < 0 ? chunk : chunk.subarray(0, end));
    if (end < 0) continue;
    output.unshift(chunk.subarray(end + 1));
    break;
  }
  return Buffer.concat(parts).toString();
}

/** Receives the file's initial size: a file that grows meanwhile is copied as it was. */
async function receiveFile(output: PassThrough, header: string, path: string, progress: CopyProgress): Promise<void> {
  const [, size, mode = '644', mtime] = header.split(' ');
  let rest = Number(size);
  async function* bytes() {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      const wanted = chunk.subarray(0, rest);
      rest -= wanted.length;
      progress.add(wanted.length);
      yield wanted;
    }
  }
  await pipeline(bytes, createWriteStream(path, { mode: 0o600 }));
  if (rest > 0) throw new Error('it did not arrive whole');
  await chmod(path, Number.parseInt(mode, 8) & 0o7777);
  if (mtime) await utimes(path, Number(mtime), Number(mtime));
}

// The first line of output is `file` with size, mode and time, or `folder` with the total size, if the image can
// compute it.
const sendScript = `
s=$1
[ -e "$s" ] || exit ${noSourceExitCode}
if [ -d "$s" ]; then
  command -v tar >/dev/null || exit ${noTarExitCode}
  echo "folder $(find "$s/" -type f -exec stat -c %s {} + 2>/dev/null | { n=0; while read -r m; do n=$((n+m)); done; echo $n; })"
  exec tar -cf - -C "$s" .
fi
[ -f "$s" ] || { echo 'it is neither a file nor a folder' >&2; exit 1; }
[ -r "$s" ] || { echo 'it may not be read' >&2; exit 1; }
n=$(stat -L -c '%s %a %Y' "$s" 2>/dev/null) || n=$(($(wc -c <"$s")))
echo "file $n"
exec cat "$s"
`;
