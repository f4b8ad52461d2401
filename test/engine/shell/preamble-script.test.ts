import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../../../src/engine/shell/command-line.ts';
import { parseProgress } from '../../../src/engine/shell/preamble-progress.ts';
import { standsAlone } from '../../../src/engine/shell/preamble-script.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "symphony preamble 'x'"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(preamble: readonly string[], command: string | readonly string[] = 'echo "$X"', shell = ['/bin/sh']) {
  const file = join(folder, 'progress');
  rmSync(file, { force: true });
  const [program = '', ...argv] = commandLine({ shell, preamble, command }, file);
  const { status, stdout } = spawnSync(program, argv, { encoding: 'utf8' });
  return { status, stdout, progress: existsSync(file) ? parseProgress(readFileSync(file, 'utf8')) : undefined };
}

describe('a preamble', () => {
  it('is over when the command begins', () => {
    const over = { status: 0, stdout: '1\n', progress: { isOver: true } };
    expect(run(['X=1', 'true'])).toEqual(over);
    expect(run(['set -Cu', 'X=1'])).toEqual(over);
    expect(run(['export X=1'], ['/bin/sh', '-c', 'echo "$X"'])).toEqual(over);
    expect(run(['X=(1)'], undefined, ['bash'])).toEqual(over);
  });

  it('that fails names its step', () => {
    expect(run(['true', "sh -c 'exit 3' x", 'true'])).toEqual({
      status: 3,
      stdout: '',
      progress: { isOver: false, step: 2, steps: 3, text: "sh -c 'exit 3' x" },
    });
  });

  it('may be one construct over several commands, whose steps are then not told apart', () => {
    expect(run(['if true; then', 'X=1', 'fi'])).toMatchObject({ stdout: '1\n', progress: { isOver: true } });
    expect(run(['for x in 1 2; do', 'X=$x', 'done'])).toMatchObject({ stdout: '2\n', progress: { isOver: true } });
    expect(run(['X=$(cat <<END', 'a', 'END', ')'])).toMatchObject({ stdout: 'a\n', progress: { isOver: true } });
    expect(run(['if true; then', 'false', 'fi'])).toMatchObject({ status: 1, progress: { step: 0, steps: 3 } });
  });

  it('runs where its progress cannot be written', () => {
    const [program = '', ...argv] = commandLine(
      { shell: ['/bin/sh'], preamble: ['X=1'], command: 'echo "$X"' },
      join(folder, 'no', 'such', 'folder'),
    );
    expect(spawnSync(program, argv, { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '1\n', stderr: '' });
  });
});

describe('standsAlone', () => {
  it('is true of usual commands', () => {
    for (const command of ['. venv/bin/activate', 'cd "$HOME/x"', 'export A=$(date)', 'if [ -f x ]; then . x; fi'])
      expect([command, standsAlone(command)]).toEqual([command, true]);
  });

  it('is true only of commands that a shell accepts by themselves, if it accepts all of them together', () => {
    const piece = fc.constantFrom(
      'if true',
      'then',
      'fi',
      'else',
      'for x in a b',
      'do',
      'done',
      'while false',
      'case a in',
      'a) true;;',
      'esac',
      '{',
      '}',
      '(',
      ')',
      'true',
      'echo "a',
      'b"',
      "echo 'c",
      "'",
      'cat <<E',
      'E',
      'X=1 \\',
      'true &&',
      'false ||',
      'f()',
      'echo `date',
      '`',
      '# it',
      '!',
      'true |',
      'cat',
    );
    const command = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join('\n'));
    const isAccepted = (script: string) => spawnSync('/bin/sh', ['-n', '-c', script]).status === 0;
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 3 }), (commands) => {
        fc.pre(commands.every(standsAlone) && isAccepted(commands.join('\n')));
        for (const one of commands) expect([one, isAccepted(one)]).toEqual([one, true]);
      }),
      { numRuns: 100 },
    );
  });
});
