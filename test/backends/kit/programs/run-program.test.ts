import { expect, test } from 'vitest';
import { runProgram } from '../../../../src/backends/kit/programs/run-program.ts';

const env = { PATH: process.env.PATH };

test('a program answers with its output and exit code', async () => {
  const result = await runProgram('/bin/sh', ['-c', 'cat; exit 2'], { env, seconds: 60, input: 'asked' });
  expect(result).toEqual({ exitCode: 2, stdout: 'asked', stderr: '' });
  expect(await runProgram('/bin/sh', ['-c', 'kill -KILL $$'], { env, seconds: 60 })).toMatchObject({ exitCode: 1 });
});

test('a program that does not answer makes the backend unavailable, and says why', async () => {
  const fails = (path: string, args: readonly string[], options = {}) =>
    expect(runProgram(path, args, { env, seconds: 60, ...options })).rejects;
  await fails('/no/program', []).toMatchObject({
    code: 'backend-unavailable',
    message: expect.stringMatching(/^\/no\/program cannot be run: .*ENOENT/),
  });
  await fails('/bin/sh', ['-c', 'sleep 717'], { seconds: 0.2 }).toMatchObject({
    code: 'backend-unavailable',
    message: '/bin/sh did not answer within 0.2 s.',
  });
  await fails('/bin/sh', ['-c', 'echo too much'], { maxOutputBytes: 3 }).toMatchObject({
    message: '/bin/sh wrote more than can be read.',
  });
});
