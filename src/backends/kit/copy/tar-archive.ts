import { readlink } from 'node:fs/promises';
import type { LocalEntry } from './local-entries.ts';

const block = 512;

/** Whom the files of an archive belong to, for those who may say so. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Writes a tar archive in GNU format. BusyBox reads its long names, but not the newer pax headers.
 * @param read the bytes of a file, exactly its size
 * @param owner of all entries; root by default
 */
export async function* tarArchive(
  entries: Iterable<LocalEntry> | AsyncIterable<LocalEntry>,
  read: (entry: LocalEntry) => AsyncIterable<Buffer>,
  owner: Owner = { uid: 0, gid: 0 },
): AsyncGenerator<Buffer> {
  for await (const entry of entries) {
    const link = entry.stats.isSymbolicLink() ? Buffer.from(await readlink(entry.path)) : Buffer.alloc(0);
    const name = Buffer.from(entry.stats.isDirectory() ? `${entry.name}/` : entry.name);
    yield Buffer.concat([...long('K', link), ...long('L', name), header(entry, name, link, owner)]);
    if (!entry.stats.isFile()) continue;
    yield* read(entry);
    yield padding(entry.stats.size);
  }
  yield Buffer.alloc(2 * block);
}

function header({ stats }: LocalEntry, name: Buffer, link: Buffer, owner: Owner): Buffer {
  const type = stats.isDirectory() ? '5' : stats.isSymbolicLink() ? '2' : '0';
  const size = stats.isFile() ? stats.size : 0;
  return fields({
    name,
    link,
    type,
    size,
    mode: stats.mode & 0o7777,
    owner,
    mtime: Math.max(0, Math.floor(stats.mtimeMs / 1000)),
  });
}

/** A name that is too long for its field precedes the entry as an entry of its own. */
function long(type: 'K' | 'L', text: Buffer): Buffer[] {
  if (text.length <= 100) return [];
  const name = Buffer.from('././@LongLink');
  const size = text.length + 1;
  const head = fields({ name, link: Buffer.alloc(0), type, size, mode: 0, mtime: 0 });
  return [head, text, Buffer.alloc(1), padding(size)];
}

function fields(entry: {
  name: Buffer;
  link: Buffer;
  type: string;
  size: number;
  mode: number;
  mtime: number;
  owner?: Owner;
}): Buffer {
  const bytes = Buffer.alloc(block);
  entry.name.copy(bytes, 0, 0, 100);
  number(bytes, 100, 8, entry.mode);
  number(bytes, 108, 8, entry.owner?.uid ?? 0);
  number(bytes, 116, 8, entry.owner?.gid ?? 0);
  number(bytes, 124, 12, entry.size);
  number(bytes, 136, 12, entry.mtime);
  bytes.fill(' ', 148, 156);
  bytes.write(entry.type, 156);
  entry.link.copy(bytes, 157, 0, 100);
  bytes.write('ustar  \0', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

/** Writes a number in octal digits, or in binary if it does not fit: files of 8 GiB and more. */
function number(bytes: Buffer, at: number, length: number, value: number): void {
  const digits = value.toString(8);
  if (digits.length < length) {
    bytes.write(`${digits.padStart(length - 1, '0')}\0`, at);
    return;
  }
  bytes[at] = 0x80;
  bytes.writeBigUInt64BE(BigInt(value), at + length - 8);
}

function padding(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block);
}
