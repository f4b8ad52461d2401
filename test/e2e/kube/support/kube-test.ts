import { test as base } from 'vitest';
import { KubeLab } from './kube-lab.ts';

/** A test with a lab on the one cluster of its file; the experiments that it launched are deleted afterwards. */
export const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
  .extend('fileLab', { scope: 'file' }, async ({}, { onCleanup }) => {
    const lab = await KubeLab.open();
    onCleanup(() => lab.close());
    return lab;
  })
  .extend('lab', async ({ fileLab }, { onCleanup }) => {
    const lab = fileLab.forTest();
    onCleanup(() => lab.cleanUp());
    return lab;
  });

/**
 * A test that runs at the same time as the others of its file, for those that mostly wait for the cluster: names of
 * experiments are unique in the file, and what happens in it concerns no other experiment.
 */
export const concurrentTest = test.concurrent;
