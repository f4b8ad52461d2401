import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { repository, run } from '../../support/bin.ts';
import { allBlocks, type Block, placeOf } from '../../support/documents/blocks.ts';
import { isShell } from '../../support/documents/shell-lines.ts';
import { typeBlock, wants } from '../../support/documents/type-block.ts';
import { deleteAll, findPrograms, Workplace } from '../../support/documents/workplace.ts';
import { isYaml, yamlContent } from '../../support/documents/yaml-blocks.ts';
import { hasTmux } from '../../support/has-tmux.ts';
import { test as base } from '../../support/session.ts';

/** Examples have tests of their own. */
const isRun = (document: string) => !document.startsWith('examples/');
const blocks = allBlocks.filter(({ document, marks }) => isRun(document) && !marks.has('not checked'));
const documents = [...new Set(blocks.map(({ document }) => document))];
const blocksOf = (document: string, choose: (block: Block) => boolean) =>
  blocks.filter((block) => block.document === document && choose(block));

/** Deletes also what a document launches on tmux. */
const test = base.extend('reader', async ({ session }, { onCleanup }) => {
  onCleanup(async () => {
    if (hasTmux) await deleteAll(session, 'tmux');
  });
  return session;
});

const runs = ({ marks }: Block) => !marks.has('not run');
const here = { local: true, tmux: hasTmux };

describe.each(documents)('%s', (document) => {
  const shell = blocksOf(document, (block) => isShell(block) && runs(block));
  const declarations = blocksOf(document, isYaml).filter((block) => yamlContent(block).kind === 'spec');
  const code = blocksOf(document, ({ language }) => language === 'ts');

  test.runIf(shell.length > 0).for(shell)('commands of line $line', async (block, { reader, skip }) => {
    if ((await typeBlock(reader, block, here)) === 0) skip('its backend is not on this machine');
  });

  test.runIf(declarations.length > 0)('declarations through launch --dry-run', async ({ session }) => {
    for (const block of declarations) {
      const content = yamlContent(block);
      if (content.kind !== 'spec') continue;
      const file = await session.file('declaration.json', content.spec);
      const planned = await session.run(['launch', file, '--dry-run']);
      expect(planned.exitCode, `${placeOf(block)}\n${planned.stderr}`).toBe(0);
      expect(planned.stdout).toMatch(/^process: /m);
    }
  });

  test.runIf(code.length > 0)('programs: types, then a run', { timeout: 300_000 }, async ({ session }) => {
    const place = new Workplace(session, blocksOf(document, isYaml));
    const programs = findPrograms(code);
    place.addPrograms(programs);
    const compiled = await run([join(repository, 'node_modules', '.bin', 'tsc'), '-p', '.'], { cwd: place.folder });
    expect(compiled.stdout, programs.map(({ file, starts }) => `${file}: ${JSON.stringify(starts)}`).join('\n')).toBe(
      '',
    );
    for (const program of programs.filter(({ notRun }) => notRun === undefined)) {
      await place.prepare(wants(program.text));
      const result = await place.runProgram(program);
      expect(result.exitCode, `${document}, ${program.file}\n${result.stdout}${result.stderr}`).toBe(0);
    }
  });
});
