import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from '../../support/session.ts';

const sleeping = (name: string) => ({
  processes: {
    learner: { command: `echo learner of ${name}; exec sleep 600`, ready: { log: 'learner' } },
    agent: { command: `echo agent of ${name}; exec sleep 600`, ready: { log: 'agent' } },
  },
});

test('an experiment may follow what is named in it', async ({ session }) => {
  await session.launch('one', sleeping('one'), ['--wait']);
  await session.launch('two', sleeping('two'), ['--wait']);

  expect(await session.ok(['logs', 'learner'])).toBe('learner of two\n');
  expect(await session.ok(['logs', 'learner', 'one'])).toBe('learner of one\n');
  expect((await session.ok(['logs', 'learner', 'agent', 'one'])).split('\n').sort()).toEqual([
    '',
    'agent   | agent of one',
    'learner | learner of one',
  ]);
  expect(await session.run(['logs', 'learner', 'one', '-e', 'two'])).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('There is no process "one" in experiment two.'),
  });

  const named = ['sh', '-c', 'echo $SYMPH_EXPERIMENT "$@"', 'sh'];
  expect(await session.ok(['exec', 'agent', 'one', '--', ...named, '-e'])).toBe('one -e\n');
  expect(await session.ok(['exec', 'agent', ...named, '-e', 'one', '--', '--help'])).toBe('two -e one -- --help\n');
  expect(await session.ok(['exec', 'agent', '-e', 'one', ...named, '-la'])).toBe('one -la\n');
  expect(await session.ok(['exec', 'agent', 'echo', '--', '-n'])).toBe('');
  expect(await session.ok(['x', 'agent', '--', ...named])).toBe('two\n');
  expect(await session.run(['exec', 'agent', 'one', '--'])).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/There is no command after --\.\nFor example: symphony exec learner -- ls -la/),
  });

  await writeFile(join(session.folder, 'in.txt'), 'copied');
  await session.ok(['scp', 'in.txt', `agent:${join(session.folder, 'out.txt')}`, 'one']);
  expect(await readFile(join(session.folder, 'out.txt'), 'utf8')).toBe('copied');
  expect(await session.run(['ssh', 'agent', 'one'], { input: 'echo in $SYMPH_EXPERIMENT; exit 3\n' })).toMatchObject({
    exitCode: 3,
    stdout: 'in one\n',
  });

  await session.ok(['se', 'later', '--force']);
  expect(await session.ok(['se'])).toBe('later\n');
  expect(await session.run(['se', '-f'])).toMatchObject({ exitCode: 2 });
});
