import { test as base } from 'vitest';
import { KubeLab } from './kube-lab.ts';

/** A test with the one lab of its file; the experiments that it launched are deleted afterwards. */
export const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
  .extend('fileLab', { scope: 'file' }, async ({}, { onCleanup }) => {
    const lab = await KubeLab.open();
    onCleanup(() => lab.close());
    return lab;
  })
  .extend('lab', async ({ fileLab }, { onCleanup }) => {
    onCleanup(() => fileLab.cleanUp());
    return fileLab;
  });
