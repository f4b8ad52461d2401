import { expect, it } from 'vitest';
import { one, problemsOf } from '../support/problems.ts';

it('arguments and variables that Linux cannot pass to a program are refused', async () => {
  const largest = 'x'.repeat(128 * 1024 - 1);
  expect(() => one({ command: ['echo', largest] })).not.toThrow();
  expect((await problemsOf({ command: ['echo', `${largest}x`] }))[0]).toContain('command[1]: is 131073 bytes');
  expect((await problemsOf({ command: `${largest}x` }))[0]).toContain(
    'a command line with its preamble can have 131072',
  );
  expect((await problemsOf({ command: 'x', preamble: largest }))[0]).toContain('command: is');
  expect(() => one({ env: { A: largest.slice(2) } })).not.toThrow();
  expect((await problemsOf({ env: { A: largest.slice(1) } }))[0]).toContain('env.A: is 131073 bytes');
  expect((await problemsOf({ env: { A: 'ü'.repeat(64 * 1024) } }))[0]).toContain('env.A: is');
  expect(await problemsOf({ command: 'a\0b' })).toEqual(['command: holds a NUL byte; nothing can be started with one']);
  expect(await problemsOf({ env: { A: '\0' } })).toEqual(['env.A: holds a NUL byte; nothing can be started with one']);
});
