import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

async function load(boot: string) {
  vi.stubEnv('SYMPHONY_BOOT_ID', boot);
  vi.resetModules();
  return import('../../../src/engine/files/process-identity.ts');
}

test('a process runs as long as its pid belongs to it', async () => {
  const { isRunning, ownIdentity } = await load('first');
  const own = ownIdentity();
  expect(own).toMatchObject({ pid: process.pid, bootId: 'first', host: hostname() });
  expect(isRunning(own)).toBe(true);
  expect(isRunning({ ...own, startTime: '1' })).toBe(false);
  const { pid } = spawnSync('true');
  expect(isRunning({ ...own, pid, startTime: '1' })).toBe(false);
});

test('a process of an earlier boot has ended, and one of another machine is unknown', async () => {
  const first = await load('first');
  const own = first.ownIdentity();
  const second = await load('second');
  expect(second.bootId()).toBe('second');
  expect(second.isRunning(own)).toBe(false);
  expect(second.isRunning({ ...own, host: 'another' })).toBe('unknown');
});
