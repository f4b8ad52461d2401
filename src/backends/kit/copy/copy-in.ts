import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { type PassThrough, Readable } from 'node:stream';
import type { CopyOptions } from '../../../engine/contract/capabilities.ts';
import { throwIfAborted } from '../../../engine/contract/errors.ts';
import type { ContainerCommands } from '../exec/container-commands.ts';
import { maxFrameBytes } from '../exec/exec-script.ts';
import { copyProgress } from './copy-progress.ts';
import { cannotCopy, containerPath, copyFailure, noTarExitCode, runScript } from './copy-script.ts';
import { type LocalEntry, localEntries, readLocalFile } from './local-entries.ts';
import { findLocalSource, totalBytes } from './local-source.ts';
import { tarArchive } from './tar-archive.ts';

/** Copies a file or folder from this machine into a container. An incomplete copy leaves nothing behind. */
export async function copyIn(
  container: ContainerCommands,
  source: string,
  destination: string,
  options: CopyOptions,
): Promise<void> {
  throwIfAborted(options.signal);
  const { path, stats, isFolder } = await findLocalSource(source);
  try {
    const entries = isFolder ? await folderEntries(path, options) : [{ path, name: '', stats }];
    const total = totalBytes(entries);
    const what = `Copying ${source} to ${container.name}:${destination}`;
    const progress = copyProgress(options, what, total);
    const read = (entry: LocalEntry) => readLocalFile(entry, progress.add.bind(progress), maxFrameBytes);
    const bytes = isFolder ? tarArchive(entries, read) : read({ path, name: '', stats });
    const receiver = new RemoteReceiver();
    const args = [containerPath(destination), basename(path), randomBytes(4).toString('hex')];
    if (!isFolder)
      args.push(String(total), (stats.mode & 0o7777).toString(8), String(Math.floor(stats.mtimeMs / 1000)));
    const result = await runScript(container, isFolder ? receiveFolderScript : receiveFileScript, args, {
      input: Readable.from(receiver.feed(bytes)),
      readOutput: (output) => receiver.watchOutput(output),
      signal: options.signal,
    });
    if (result.exitCode !== 0) throw copyFailure(source, result);
  } catch (error) {
    throw cannotCopy(source, error);
  }
}

/** The last entry marks a complete archive, because an archive cut off between two files looks valid. */
async function folderEntries(path: string, { onLeftOut }: CopyOptions): Promise<LocalEntry[]> {
  const entries = await Array.fromAsync(localEntries(path, 'folder', onLeftOut));
  return [...entries, ...entries.slice(0, 1).map((entry) => ({ ...entry, name: 'whole' }))];
}

/**
 * The receiving script in the container. It prints one line when it is ready and another when it fails. Data is sent
 * only between these lines, so that an error message is not lost.
 */
class RemoteReceiver {
  readonly #ready = Promise.withResolvers<void>();
  #isReceiving = false;

  async watchOutput(output: PassThrough): Promise<void> {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      this.#isReceiving = !this.#isReceiving && chunk.length === 1;
      this.#ready.resolve();
    }
    this.#isReceiving = false;
    this.#ready.resolve();
  }

  async *feed(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    await this.#ready.promise;
    if (!this.#isReceiving) return;
    for await (const chunk of bytes) {
      yield chunk;
      if (!this.#isReceiving) return;
    }
  }
}

// The copy arrives in a temporary folder next to the destination. `t` is the destination, `d` its folder, `w` the
// temporary folder.
const scriptStart = `
t=\${1%/} n=$2
[ -d "\${t:=/}" ] && t="\${t%/}/$n"
d=\${t%/*}
[ -n "$d" ] || d=/
w="$d/.symphony-copy-$3"
trap 'rm -rf "$w"' EXIT
trap 'exit 1' HUP INT PIPE TERM
fail() { echo "$1" >&2; exit 1; }
stop() { echo; cat >/dev/null; exit 1; }
`;

const receiveFileScript = `${scriptStart}
[ -d "$d" ] || fail "there is no folder $d"
[ ! -d "$t" ] || fail "there is a folder $t"
mkdir "$w" || exit 1
echo
cat >"$w/file" || stop
[ "$(wc -c <"$w/file")" -eq "$4" ] || fail 'it did not arrive whole'
chmod "$5" "$w/file" || exit 1
touch -d "@$6" "$w/file" 2>/dev/null
mv -f "$w/file" "$t"
`;

// Existing content stays unless an entry of the same name arrives: files are replaced, new folders are moved.
const receiveFolderScript = `${scriptStart}
command -v tar >/dev/null || exit ${noTarExitCode}
place() {
  if [ ! -d "$1" ] || [ -L "$1" ]; then
    [ ! -d "$2" ] || [ -L "$2" ] || fail "there is a folder $2"
    [ ! -L "$2" ] || rm -f "$2"
    mv -f "$1" "$2" || exit 1
  elif [ -d "$2" ]; then
    for f in "$1"/* "$1"/.[!.]* "$1"/..?*; do
      if [ -e "$f" ] || [ -L "$f" ]; then (place "$f" "$2/\${f##*/}") || exit 1; fi
    done
  else
    mv "$1" "$2" || exit 1
  fi
}
[ -d "$d" ] || fail "there is no folder $d"
mkdir "$w" || exit 1
echo
tar -x -p -o -f - -C "$w" || stop
cat >/dev/null
[ -e "$w/whole" ] || fail 'it did not arrive whole'
place "$w/folder" "$t"
`;
