import { expect } from 'vitest';
import { allBlocks } from '../../support/documents/blocks.ts';
import { isShell } from '../../support/documents/shell-lines.ts';
import { typeBlock } from '../../support/documents/type-block.ts';
import { image, test } from './support/docker-test.ts';

/** The other blocks name engines of other machines. */
const blocks = allBlocks.filter(
  (block) => block.document === 'docs/docker.md' && isShell(block) && !block.text.includes('DOCKER_HOST'),
);

test.for(blocks)('the commands of docs/docker.md, line $line', async (block, { session }) => {
  expect(await typeBlock(session, block, { docker: true }, image)).toBeGreaterThan(3);
});
