import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isUnexpected, keepTrace, traceOf } from '../../../src/commands/program/error-trace.ts';
import { SymphonyError } from '../../../src/engine/contract/errors.ts';
import { scratchFolder } from '../../engine/support/scratch-folder.ts';

const scratch = scratchFolder();

it('errors that are not reported on purpose are unexpected', () => {
  expect(isUnexpected(new TypeError('x'))).toBe(true);
  expect(isUnexpected('x')).toBe(true);
  expect(isUnexpected(new SymphonyError('failed', 'x'))).toBe(false);
  expect(isUnexpected(AbortSignal.abort().reason)).toBe(false);
});

it('a trace has the causes', () => {
  const error = new Error('outer', { cause: new TypeError('inner') });
  expect(traceOf(error)).toMatch(/^Error: outer\n {4}at [\s\S]*\nCaused by: TypeError: inner\n {4}at /);
  expect(traceOf('text')).toBe('');
});

it('a trace is kept in a file of the user’s own, the newest 20', () => {
  const folder = scratch.path('errors');
  const [, path = ''] = /^Its stack trace is in (.*)$/.exec(keepTrace(new Error('plain failure'), folder)) ?? [];
  expect(readFileSync(path, 'utf8')).toMatch(/^Symphony .*, Node .*\nError: plain failure\n {4}at /);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  for (let day = 10; day < 40; day++) writeFileSync(scratch.path(`errors/2020-01-${day}.txt`), '');
  keepTrace(new Error('another'), folder);
  const kept = readdirSync(folder).sort();
  expect(kept).toHaveLength(20);
  expect(kept.slice(-2).filter((name) => name.startsWith('2020'))).toEqual([]);
});

it('says how to see the trace where it cannot be kept', () => {
  const shown = 'Its stack trace is shown with SYMPHONY_DEBUG=1.';
  writeFileSync(scratch.path('file'), '');
  expect(keepTrace(new Error('x'), scratch.path('file'))).toBe(shown);
  expect(keepTrace('no error', scratch.path('errors'))).toBe(shown);
});
