import { randomUUID } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteWord } from '../../src/engine/text/format-command.ts';

/** A GPU as the program lists it. */
export interface ListedGpu {
  readonly id: string;
  readonly name?: string;
  /** In MiB. */
  readonly memory?: number;
  /** In percent. */
  readonly busy?: number;
  /** Profiles of the MIG devices that it is divided into, by id. */
  readonly parts?: Readonly<Record<string, string>>;
}

/** Ids that no other test on this machine uses, because the register of GPUs is shared. */
export function newGpuIds(count: number): readonly string[] {
  return Array.from({ length: count }, () => `GPU-${randomUUID()}`);
}

/**
 * Writes a program `nvidia-smi` that answers as the real one does about a machine with these GPUs.
 * @returns the folder to put at the beginning of PATH
 */
export async function writeNvidiaSmi(folder: string, gpus: readonly ListedGpu[]): Promise<string> {
  const query = gpus.map(
    ({ id, name = 'NVIDIA L4', memory = 4, busy = 0 }, index) => `${index}, ${id}, ${name}, 23034, ${memory}, ${busy}`,
  );
  const list = gpus.flatMap(({ id, name = 'NVIDIA L4', parts = {} }, index) => [
    `GPU ${index}: ${name} (UUID: ${id})`,
    ...Object.entries(parts).map(
      ([part, profile], number) => `  MIG ${profile.padEnd(11)} Device ${String(number).padStart(2)}: (UUID: ${part})`,
    ),
  ]);
  return writeTool(
    folder,
    'nvidia-smi',
    `case $1 in
-L) ${print(list)} ;;
--query-gpu=*) ${print(query)} ;;
*) exit 2 ;;
esac`,
  );
}

/** Writes a program of this name that runs a script. @returns the folder to put at the beginning of PATH */
export async function writeTool(folder: string, name: string, script: string): Promise<string> {
  const bin = join(folder, 'gpu-tools');
  await mkdir(bin, { recursive: true });
  const path = join(bin, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return bin;
}

function print(lines: readonly string[]): string {
  return lines.length === 0 ? 'echo "No devices were found"' : `printf '%s\\n' ${lines.map(quoteWord).join(' ')}`;
}
