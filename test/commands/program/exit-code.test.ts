import { expect, it } from 'vitest';
import { exitCodeOf, shellExitCode } from '../../../src/commands/program/exit-code.ts';

it('errors have exit codes', () => {
  const codes = ['usage', 'invalid-spec', 'cannot-ask', 'ambiguous', 'not-found', 'backend-unavailable'] as const;
  expect(codes.map(exitCodeOf)).toEqual([2, 2, 2, 2, 3, 4]);
  expect((['failed', 'timeout', 'conflict', 'unsupported', 'interrupted'] as const).map(exitCodeOf)).toEqual([
    1, 1, 1, 1, 130,
  ]);
  expect(shellExitCode({ exitCode: 7 })).toBe(7);
  expect(shellExitCode({ exitCode: 0, signal: 'SIGKILL' })).toBe(137);
});
