import { Readable } from 'node:stream';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { memoryArchive } from '../containers/memory-archive.ts';

/**
 * The image of the containers that hold the networks of process groups: one program that waits for ever. Its name has the
 * version, because Podman ignores the tag of an image that it imports, and what begins with localhost is in no registry.
 */
export const holderImage = 'localhost/symphony/holder-1:latest';
export const holderProgram = '/holder';

/** Machines as ELF numbers them, with a program of their instructions: an endless loop of a system call that waits. */
const machines: Readonly<Record<string, { readonly machine: number; readonly code: Buffer }>> = {
  // mov eax, 34 (pause); syscall; jmp to the beginning
  x86_64: { machine: 0x3e, code: Buffer.from('b8220000000f05ebf7', 'hex') },
  // mov x8, 73 (ppoll); x0 to x4 = 0; svc 0; b to the beginning
  aarch64: {
    machine: 0xb7,
    code: words(0xd2800928, 0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800004, 0xd4000001, 0x17fffff9),
  },
};

const headerBytes = 64;
const programHeaderBytes = 56;
const address = 0x400000n;

/** Makes the image on an engine that does not have it. It comes from no registry. */
export async function ensureHolderImage(client: EngineClient): Promise<void> {
  if ((await client.inspectImage(holderImage)) !== undefined) return;
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
  await client.importImage(holderImage, Readable.from([archive]));
}

/** A static executable that waits for ever; undefined for an unknown architecture. */
export function holderExecutable(architecture: string): Buffer | undefined {
  // Docker and Podman name the same machines differently.
  const known = machines[{ amd64: 'x86_64', arm64: 'aarch64' }[architecture] ?? architecture];
  if (known === undefined) return undefined;
  const { machine, code } = known;
  const size = headerBytes + programHeaderBytes + code.length;
  const bytes = Buffer.alloc(headerBytes + programHeaderBytes);
  // 64 bits, little-endian, version 1.
  bytes.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(machine, 18);
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

function words(...instructions: readonly number[]): Buffer {
  const bytes = Buffer.alloc(instructions.length * 4);
  for (const [index, instruction] of instructions.entries()) bytes.writeUInt32LE(instruction, index * 4);
  return bytes;
}
