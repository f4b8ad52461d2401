import { Readable } from 'node:stream';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { memoryArchive } from '../containers/memory-archive.ts';
import { holderCode } from './holder-code.ts';

/**
 * The image of the containers that hold networks and secret files, and of those that tunnels end in: one small program. Its
 * name has the version, because Podman ignores the tag of an image that it imports, and what begins with localhost is in no
 * registry.
 */
export const holderImage = 'localhost/symphony/holder-2:latest';
/**
 * Waits until it is killed. With the argument `-` it waits until its stdin ends; with a port, it relays stdin and stdout to
 * that port of 127.0.0.1, and ends with 1 if nothing listens there, with 2 if the connection was lost.
 */
export const holderProgram = '/holder';

/** Machines as ELF numbers them. */
const machines = { x86_64: 0x3e, aarch64: 0xb7 };

const headerBytes = 64;
const programHeaderBytes = 56;
const address = 0x400000n;

/** Makes the image on an engine that does not have it. It comes from no registry. */
export async function ensureHolderImage(client: EngineClient): Promise<void> {
  if ((await client.images.inspect(holderImage)) !== undefined) return;
  const { Architecture: architecture = 'unknown' } = await client.info();
  const program = holderExecutable(architecture);
  if (program === undefined) {
    throw new SymphonyError(
      'failed',
      `Process groups are not supported on engines of the architecture ${architecture}.`,
      {
        hint: 'Declare the processes outside of groups.',
      },
    );
  }
  const archive = await memoryArchive([{ path: holderProgram, content: program, mode: 0o755 }]);
  await client.images.import(holderImage, Readable.from([archive]));
}

/** The static executable of the image; undefined for an unknown architecture. */
export function holderExecutable(architecture: string): Buffer | undefined {
  // Docker and Podman name the same machines differently.
  const name = { amd64: 'x86_64', arm64: 'aarch64' }[architecture] ?? architecture;
  if (name !== 'x86_64' && name !== 'aarch64') return undefined;
  const code = holderCode[name];
  const size = headerBytes + programHeaderBytes + code.length;
  const bytes = Buffer.alloc(headerBytes + programHeaderBytes);
  // 64 bits, little-endian, version 1.
  bytes.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(machines[name], 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(address + BigInt(headerBytes + programHeaderBytes), 24);
  bytes.writeBigUInt64LE(BigInt(headerBytes), 32);
  bytes.writeUInt16LE(headerBytes, 52);
  bytes.writeUInt16LE(programHeaderBytes, 54);
  bytes.writeUInt16LE(1, 56);
  // One segment that is loaded, readable and executable, with the whole file.
  bytes.writeUInt32LE(1, headerBytes);
  bytes.writeUInt32LE(5, headerBytes + 4);
  bytes.writeBigUInt64LE(address, headerBytes + 16);
  bytes.writeBigUInt64LE(address, headerBytes + 24);
  bytes.writeBigUInt64LE(BigInt(size), headerBytes + 32);
  bytes.writeBigUInt64LE(BigInt(size), headerBytes + 40);
  bytes.writeBigUInt64LE(0x10000n, headerBytes + 48);
  return Buffer.concat([bytes, code]);
}
