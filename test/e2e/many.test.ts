import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { test } from '../support/session.ts';
import { supervisors } from '../support/supervisor.ts';
import { waitFor } from '../support/wait-for.ts';

test('100 processes are launched, listed and deleted', async ({ session }) => {
  await session.launch('rl', { processes: { main: { command: ['sleep', '600'], replicas: 100 } } });
  await waitFor(async () => (await session.experiments())[0]?.processes.ready === 100, { timeout: 30 });
  expect(await session.processes('rl')).toHaveLength(100);
  await session.delete('rl');
});

test('1,000 quiet processes are listed, and cost the supervisor nothing', { timeout: 120_000 }, async ({ session }) => {
  await session.launch('rl', { processes: { main: { command: ['sleep', '600'], replicas: 1000 } } });
  await waitFor(async () => (await session.experiments())[0]?.processes.ready === 1000, { timeout: 40 });
  expect(await session.processes('rl')).toHaveLength(1000);
  expect((await session.ok(['p', 'rl', '-o', 'name'])).split('\n').slice(0, -1)).toHaveLength(1000);
  const pid = supervisors(session)[0]?.pid ?? 0;
  const seconds = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  const before = seconds();
  // CPU time is only meaningful over a period.
  await delay(5000);
  expect((seconds() - before) / 5).toBeLessThan(0.1);
  const resident = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  expect(resident).toBeLessThan(200e6);
  await session.delete('rl');
});
