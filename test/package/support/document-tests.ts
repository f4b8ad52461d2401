import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { repository, run } from '../../support/bin.ts';
import type { Block } from '../../support/documents/blocks.ts';
import { isRun, runDocuments } from '../../support/documents/run-documents.ts';
import { isShell } from '../../support/documents/shell-lines.ts';
import { typeBlock, wants } from '../../support/documents/type-block.ts';
import { deleteAll, findPrograms, Workplace } from '../../support/documents/workplace.ts';
import { isYaml } from '../../support/documents/yaml-blocks.ts';
import { hasTmux } from '../../support/has-tmux.ts';
import { testOn } from './installed.ts';

const documentsWith = (choose: (block: Block) => boolean) =>
  runDocuments.flatMap(([document, blocks]) => {
    const chosen = blocks.filter(choose);
    return chosen.length === 0 ? [] : [{ document, blocks, chosen }];
  });

/** Runs the programs of all documents. @param types whether their types are checked before */
export function testPrograms(version: string, { types }: { readonly types: boolean }): void {
  const test = testOn(version);
  const documents = documentsWith(({ language }) => language === 'ts');
  test.for(documents)(
    `programs of $document on Node ${version}`,
    { timeout: 300_000 },
    async ({ document, blocks, chosen }, { session }) => {
      const place = new Workplace(session, blocks.filter(isYaml));
      const programs = findPrograms(chosen);
      place.addPrograms(programs);
      if (types) {
        const tsc = join(repository, 'node_modules', '.bin', 'tsc');
        const compiled = await run([tsc, '-p', '.'], { cwd: place.folder });
        const starts = programs.map((program) => `${program.file}: ${JSON.stringify(program.starts)}`);
        expect(compiled.stdout, starts.join('\n')).toBe('');
      }
      for (const program of programs.filter(({ notRun }) => notRun === undefined)) {
        await place.prepare(wants(program.text));
        const result = await place.runProgram(program);
        expect(result.exitCode, `${document}, ${program.file}\n${result.stdout}${result.stderr}`).toBe(0);
      }
    },
  );
}

/** Types the commands of all documents that need no engine. */
export function testCommands(version: string): void {
  // Deletes also what a document launches on tmux.
  const test = testOn(version).extend('reader', async ({ session }, { onCleanup }) => {
    onCleanup(async () => {
      if (hasTmux) await deleteAll(session, 'tmux');
    });
    return session;
  });
  const here = { local: true, tmux: hasTmux };
  describe.each(documentsWith((block) => isShell(block) && isRun(block)))('$document', ({ chosen }) => {
    test.for(chosen)(`commands of line $line on Node ${version}`, async (block, { reader, skip }) => {
      if ((await typeBlock(reader, block, here)) === 0) skip('its backend is not on this machine');
    });
  });
}
