import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isEndedState, readProcessStat } from '../../../src/engine/files/process-stat.ts';
import { waitFor } from '../../support/wait-for.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-stat-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('reads the fields behind a command with parentheses and spaces', async () => {
  const program = join(folder, 'a) S (b');
  await copyFile('/bin/sleep', program);
  const child = spawn(program, ['718'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  try {
    const stat = await waitFor(() => {
      const found = readProcessStat(pid);
      return found?.command === 'a) S (b' ? found : undefined;
    });
    expect(stat.field(4)).toBe(String(process.pid));
    expect(stat.field(22)).toMatch(/^\d+$/);
    expect(isEndedState(stat.field(3))).toBe(false);
    expect(stat.field(999)).toBe('');
  } finally {
    child.kill('SIGKILL');
  }
  await waitFor(() => readProcessStat(pid) === undefined, { what: 'the end of the process' });
});

test('an ended process that its parent has not reaped is in an ended state', () => {
  expect(['Z', 'X', 'R', 'S', 'D', 'T'].map(isEndedState)).toEqual([true, true, false, false, false, false]);
});
