import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  describeFault,
  lastCrash,
  logSupervisor,
  supervisorLogPath,
} from '../../../../src/backends/supervision/supervisor/supervisor-log.ts';
import { type TemporaryHome, temporaryHome } from '../../../support/temporary-home.ts';

let place: TemporaryHome;

beforeEach(async () => {
  place = await temporaryHome();
  vi.stubEnv('SYMPHONY_HOME', place.home);
  await mkdir(dirname(supervisorLogPath()), { recursive: true });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await place.remove();
});

test('entries have a time and a process, and the log does not grow beyond its size', async () => {
  for (let entry = 0; entry < 3_000; entry += 1) logSupervisor(`entry ${entry} ${'x'.repeat(200)}`);
  const text = await readFile(supervisorLogPath(), 'utf8');
  expect(text.trimEnd().split('\n').at(-1)).toMatch(new RegExp(`^\\d{4}-\\S+Z \\[${process.pid}\\] entry 2999 x+$`));
  expect((await stat(supervisorLogPath())).size).toBeLessThan(300_000);
  expect((await stat(`${supervisorLogPath()}.1`)).size).toBeLessThan(300_000);
});

test('a log that cannot be written is ignored', async () => {
  await rm(dirname(supervisorLogPath()), { recursive: true });
  expect(() => logSupervisor('lost')).not.toThrow();
});

test('an error is logged with its stack, but without the source line of a bundle', () => {
  const error = new Error(`${'long '.repeat(10_000)}`);
  error.stack = `Error: bad\n    at somewhere (${'x'.repeat(50_000)})\n${'    at deep\n'.repeat(500)}`;
  expect(describeFault(error)).toMatch(/^Error: bad\n {4}at somewhere/);
  expect(describeFault(error).length).toBeLessThanOrEqual(2_000);
  expect(describeFault('just words')).toBe('just words');
});

test('for a crash that Node.js reported itself, the error is found instead of the last line', async () => {
  const before = 'Error: of an earlier one\n';
  const crash = [
    `file:///dist/supervisor.js:78\n${'x'.repeat(23_000)}`,
    '           ^',
    '',
    'SyntaxError: Invalid regular expression: /a\\-b/u: Invalid escape',
    '    at new RegExp (<anonymous>)',
    '',
    'Node.js v24.21.0',
  ];
  await writeFile(supervisorLogPath(), before + crash.join('\n'));
  expect(lastCrash(before.length)).toBe('SyntaxError: Invalid regular expression: /a\\-b/u: Invalid escape');
  expect(lastCrash(before.length + crash.join('\n').length)).toBeUndefined();
});
