import { test as base } from 'vitest';
import type { ContractHarness } from '../harness.ts';
import { Lab } from './lab.ts';

/** The `test` of the suite: each test has its own lab on the one cluster of the suite. */
export type ContractTest = ReturnType<typeof contractTest>;

export function contractTest(harness: ContractHarness) {
  return (
    base
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
      .extend('open', { scope: 'file' }, async ({}, { onCleanup }) => {
        const open = await harness.open();
        onCleanup(() => open.close());
        return open;
      })
      .extend('lab', async ({ open }, { onCleanup }) => {
        const lab = new Lab(harness, open);
        onCleanup(() => lab.cleanUp());
        return lab;
      })
  );
}
