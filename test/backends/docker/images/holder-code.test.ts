import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { holderCode } from '../../../../src/backends/docker/images/holder-code.ts';
import { findExecutable } from '../../../../src/backends/kit/programs/find-executable.ts';

const sources = join(import.meta.dirname, '../../../../src/backends/docker/images');

/** The tools that make the instructions of a machine, where they are installed; they are needed for no build. */
function toolsFor(machine: keyof typeof holderCode): { readonly as: string; readonly objcopy: string } | undefined {
  const isOwn = machine === { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string];
  const prefix = isOwn ? '' : `${machine}-linux-gnu-`;
  const tools = { as: `${prefix}as`, objcopy: `${prefix}objcopy` };
  return Object.values(tools).every((tool) => findExecutable(tool, process.env.PATH ?? '').kind === 'found')
    ? tools
    : undefined;
}

for (const machine of ['x86_64', 'aarch64'] as const) {
  const tools = process.platform === 'linux' ? toolsFor(machine) : undefined;
  const reason = tools === undefined ? ' (there is no assembler for it here)' : '';
  it.skipIf(tools === undefined)(`the instructions for ${machine} are those of its source${reason}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'symphony-holder-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [object, code] = [join(folder, 'holder.o'), join(folder, 'holder.bin')];
    execFileSync(tools?.as ?? '', [join(sources, `holder.${machine}.s`), '-o', object]);
    execFileSync(tools?.objcopy ?? '', ['-O', 'binary', '-j', '.text', object, code]);
    expect(readFileSync(code).equals(holderCode[machine])).toBe(true);
  });
}
