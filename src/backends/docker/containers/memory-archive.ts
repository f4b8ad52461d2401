import { tarArchive } from '../../kit/copy/tar-archive.ts';

export interface MemoryFile {
  /** Absolute, in the container. */
  readonly path: string;
  /** null for a folder. */
  readonly content: Uint8Array | null;
  /** Permission bits. */
  readonly mode: number;
}

/** A tar archive of files and folders, to be unpacked at the root of a container. */
export async function memoryArchive(files: readonly MemoryFile[]): Promise<Buffer> {
  const contents = new Map(files.map(({ path, content }) => [path, Buffer.from(content ?? [])]));
  const entries = files.map(({ path, content, mode }) => ({
    path,
    name: path.slice(1),
    stats: {
      isDirectory: () => content === null,
      isSymbolicLink: () => false,
      isFile: () => content !== null,
      size: content?.byteLength ?? 0,
      mode,
      mtimeMs: Date.now(),
    },
  }));
  async function* read({ path }: { readonly path: string }) {
    yield contents.get(path) ?? Buffer.alloc(0);
  }
  return Buffer.concat(await Array.fromAsync(tarArchive(entries, read)));
}
