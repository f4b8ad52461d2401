import { rename, rm, writeFile } from 'node:fs/promises';

export interface AtomicWriteOptions {
  /** Permissions of the new file, less the umask; 0600 by default. */
  readonly mode?: number;
}

/** Replaces a file as a whole: a reader sees the old content or the new, never a part. */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: AtomicWriteOptions = {},
): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await writeFile(temporary, data, { mode: options.mode ?? 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A unique name beside the file. It fits wherever the file's own name leaves 16 bytes to spare. */
export function temporaryPath(path: string): string {
  const random = Math.random().toString(36).slice(2, 12).padEnd(10, '0');
  return `${path}.${random}.tmp`;
}
