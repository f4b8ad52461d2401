import { expect, test } from 'vitest';
import { readProcessTable } from '../../../../src/backends/kit/host/process-table.ts';

test('the process table includes this process', async () => {
  const table = await readProcessTable();
  expect(table.get(process.pid)).toMatchObject({ parent: process.ppid, state: expect.stringMatching(/^[RSD]$/) });
});

test('repeated scans of all processes leave no buffers for the garbage collector', async () => {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let look = 0; look < 30; look += 1) {
    await readProcessTable();
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  expect(most).toBeLessThan(256 * 1024);
});
