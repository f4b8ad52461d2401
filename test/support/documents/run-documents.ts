import { allBlocks, type Block } from './blocks.ts';

/** Examples have tests of their own. */
const blocks = allBlocks.filter(
  ({ document, marks }) => !document.startsWith('examples/') && !marks.has('not checked'),
);

/** The documents whose blocks are run, each with its checked blocks. */
export const runDocuments: readonly (readonly [document: string, blocks: readonly Block[]])[] = [
  ...Map.groupBy(blocks, ({ document }) => document),
];

/** Whether a block is run, and not only checked. */
export const isRun = ({ marks }: Block): boolean => !marks.has('not run');
