import { expect, test } from 'vitest';
import { Lanes } from '../../../../src/backends/kube/api/parallel.ts';

test('lanes run a number of actions at a time, in order, also after a failure', async () => {
  const lanes = new Lanes(2);
  const begun: number[] = [];
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const runs = ends.map(({ promise }, index) =>
    lanes.run(() => {
      begun.push(index);
      return promise;
    }),
  );
  expect(begun).toEqual([0, 1]);
  ends[1]?.reject(new Error('It failed.'));
  await expect(runs[1]).rejects.toThrow('It failed.');
  expect(begun).toEqual([0, 1, 2]);
  for (const index of [0, 2]) ends[index]?.resolve();
  await Promise.all([runs[0], runs[2]]);
  expect(begun).toEqual([0, 1, 2, 3]);
  ends[3]?.resolve();
  await runs[3];
});
