import { type FileHandle, open } from 'node:fs/promises';
import { SymphonyError } from '../../contract/errors.ts';

/** People write specs; a larger file is something else. */
const maxSpecBytes = 2 ** 20;

/**
 * Reads the text of a spec file.
 * @throws SymphonyError `invalid-spec` if it does not exist, is a folder, is too large, or is not text
 */
export async function readSource(path: string): Promise<string> {
  const bytes = await readAtMost(path, maxSpecBytes);
  if (bytes.includes(0)) throw new SymphonyError('invalid-spec', `${path} is not text: it contains NUL bytes.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SymphonyError('invalid-spec', `${path} is not UTF-8 text.`, { hint: 'Save it as UTF-8.' });
  }
}

async function readAtMost(path: string, most: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      return await readOpen(path, file, most);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SymphonyError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new SymphonyError('invalid-spec', `There is no file ${path}.`);
    throw new SymphonyError('invalid-spec', `${path} cannot be read: ${message}.`, { cause: error });
  }
}

/** Counts while reading, because a pipe has no size. */
async function readOpen(path: string, file: FileHandle, most: number): Promise<Uint8Array> {
  if ((await file.stat()).isDirectory()) {
    throw new SymphonyError('invalid-spec', `${path} is a folder.`, { hint: 'Name the spec file in it.' });
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of file.createReadStream({ autoClose: false })) {
    length += part.length;
    if (length > most) {
      throw new SymphonyError('invalid-spec', `${path} is over 1 MiB, too large for a spec.`, {
        hint: 'Name the YAML or JSON file that declares the experiment.',
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}
