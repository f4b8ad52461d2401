import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { commandLine } from '../../../src/engine/shell/command-line.ts';

describe('a preamble', () => {
  const run = (preamble: string[], command: string | string[], shell = ['/bin/sh']) => {
    const [program = '', ...argv] = commandLine({ shell, preamble, command });
    return spawnSync(program, argv, { encoding: 'utf8' });
  };

  test('runs before the command, in the same shell', () => {
    expect(run(['X=1', 'export Y=2'], 'echo "$X $Y"').stdout).toBe('1 2\n');
    expect(run(['export Y=2'], ['sh', '-c', 'echo "$Y $1"', 'sh', "it's"]).stdout).toBe("2 it's\n");
  });

  test('that fails keeps the command from running', () => {
    expect(run(['false'], 'echo no')).toMatchObject({ status: 1, stdout: '' });
  });

  test('leaves the command’s own failures to it', () => {
    expect(run([':'], 'false; echo yes').stdout).toBe('yes\n');
  });

  test('runs in the shell of the process, with its options, as does a command that is a string', () => {
    expect(run(['X=(1 2)'], 'echo "${X[1]}"', ['bash']).stdout).toBe('2\n');
    expect(run(['export X=${BASH_VERSION:+bash}'], ['sh', '-c', 'echo "$X"'], ['bash', '-u']).stdout).toBe('bash\n');
    expect(run([], 'shopt -q login_shell && echo login', ['bash', '-l']).stdout).toBe('login\n');
    expect(run([], ['echo', 'no shell'], ['nonesuch']).stdout).toBe('no shell\n');
  });
});
