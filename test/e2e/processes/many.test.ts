import { expect } from 'vitest';
import { test } from '../../support/session.ts';
import { waitFor } from '../../support/wait-for.ts';

test('100 processes are launched, listed and deleted', async ({ session }) => {
  await session.launch('rl', { processes: { main: { command: ['sleep', '600'], replicas: 100 } } });
  await waitFor(async () => (await session.experiments())[0]?.processes.ready === 100, { timeout: 60 });
  expect(await session.processes('rl')).toHaveLength(100);
  await session.delete('rl');
});

test('1,000 processes are launched, listed and deleted', async ({ session }) => {
  await session.launch('rl', { processes: { main: { command: ['sleep', '600'], replicas: 1000 } } });
  await waitFor(async () => (await session.experiments())[0]?.processes.ready === 1000, { timeout: 90 });
  expect(await session.processes('rl')).toHaveLength(1000);
  expect((await session.ok(['p', 'rl', '-o', 'name'])).split('\n').slice(0, -1)).toHaveLength(1000);
  await session.delete('rl');
});
