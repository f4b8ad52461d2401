import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJsonLineRenderer } from '../../../src/commands/logs/json-line.ts';
import { createLineFilter } from '../../../src/commands/logs/line-filter.ts';
import { createLineRenderer } from '../../../src/commands/logs/render-line.ts';
import { parseCopyEnd } from '../../../src/commands/names/copy-end.ts';
import type { CommandArguments, CommandDefinition } from '../../../src/commands/program/command.ts';
import { createProgram } from '../../../src/commands/program/create-program.ts';
import { countOption, durationOption, sinceOption } from '../../../src/commands/shared/option-values.ts';
import { tunnelCommand } from '../../../src/commands/shared/ssh-tunnel.ts';
import { matchPatterns } from '../../../src/engine/client/match-patterns.ts';
import { toSymphonyError } from '../../../src/engine/contract/errors.ts';
import { cutMarker, type LogLine, maximumLineBytes } from '../../../src/engine/contract/logs.ts';
import { formatJson } from '../../../src/engine/text/format-json.ts';

/** Characters that a terminal interprets, or that change how a text reads. */
const hostile = [
  'a',
  '"',
  '\\',
  '\x1b[2J',
  '\x07',
  '\x7f',
  '\x85',
  '\x9b31m',
  '\x9d0;T\x9c',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '日',
];
const now = Date.parse('2026-01-31T12:00:00Z');

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return toSymphonyError(error).code;
  }
  return 'nothing was thrown';
}

describe('option values', () => {
  it('are durations', () => {
    expect(['90', '500ms', '2m', '1h'].map((text) => durationOption('--timeout', text))).toEqual([90, 0.5, 120, 3600]);
    for (const text of ['', 'soon', '-1', '5 m']) expect(codeOf(() => durationOption('--timeout', text))).toBe('usage');
  });

  it('are moments', () => {
    const at = (text: string) => sinceOption(text, now).toISOString();
    expect(at('5m')).toBe('2026-01-31T11:55:00.000Z');
    expect(at('30')).toBe('2026-01-31T11:59:30.000Z');
    expect(at('2d')).toBe('2026-01-29T12:00:00.000Z');
    expect(at('2026-01-30T10:00:00Z')).toBe('2026-01-30T10:00:00.000Z');
    expect(at('5')).toBe('2026-01-31T11:59:55.000Z');
    for (const text of ['yesterday', '2026-99-99', '']) expect(codeOf(() => sinceOption(text, now))).toBe('usage');
  });

  it('are counts', () => {
    expect(countOption('--tail', '0')).toBe(0);
    for (const text of ['-1', '1.5', 'all']) expect(codeOf(() => countOption('--tail', text))).toBe('usage');
  });

  it('are patterns of names', () => {
    const names = ['sarah-rl', 'sarah-sl', 'tom-rl', 'rl'];
    expect(matchPatterns(['sarah-*'], names)).toEqual(['sarah-rl', 'sarah-sl']);
    expect(matchPatterns(['rl', 'tom-?l'], names)).toEqual(['tom-rl', 'rl']);
    expect(matchPatterns(['.*', 'rl$'], names)).toEqual([]);
  });

  it('are paths to copy from and to', () => {
    expect(parseCopyEnd('agents/agent-0:/tmp/x')).toEqual({ target: 'agents/agent-0', path: '/tmp/x' });
    expect(parseCopyEnd('learner:')).toEqual({ target: 'learner', path: '.' });
    expect(parseCopyEnd('./a:b')).toEqual({ path: './a:b' });
    expect(parseCopyEnd('/a/b:c')).toEqual({ path: '/a/b:c' });
    expect(parseCopyEnd('plain.txt')).toEqual({ path: 'plain.txt' });
  });
});

describe('a tunnel', () => {
  const way = { host: '0.0.0.0', port: 7001 };
  it('is for ssh sessions', () => {
    expect(tunnelCommand(way, {})).toBeUndefined();
    const command = tunnelCommand(way, { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 2222' });
    expect(command).toMatch(/^ssh -N -p 2222 -L 7001:127\.0\.0\.1:7001 \S+@10\.0\.0\.2$/);
    expect(tunnelCommand(way, { SSH_TTY: '/dev/pts/1' })).toMatch(/^ssh -N -L 7001:/);
  });
});

describe('log lines', () => {
  const processes = [
    { group: null, name: 'learner' },
    { group: 'agents', name: 'agent-0' },
  ];
  const line: LogLine = { group: null, name: 'learner', run: 1, kind: 'line', text: '\x1b[31mred\x1b[2J' };
  const looks = {
    all: processes,
    timestamps: false,
    style: (name: unknown, text: string) => `<${String(name)}>${text}</>`,
  };

  it('are unchanged for programs, and safe to print for people', () => {
    const only = processes.slice(0, 1);
    expect(createLineRenderer({ ...looks, processes: only, forPeople: false })(line)).toBe(line.text);
    expect(createLineRenderer({ ...looks, processes: only, forPeople: true })(line)).toBe('\x1b[31mred\x1b[0m');
  });

  it('are prefixed with their process where there are several, each always in the same colour', () => {
    const render = createLineRenderer({ ...looks, processes, forPeople: true });
    expect(render({ ...line, text: 'a' })).toBe('<cyan>learner        |</> a');
    expect(render({ ...line, group: 'agents', name: 'agent-0', text: 'b' })).toBe('<yellow>agents/agent-0 |</> b');
    const alone = createLineRenderer({ ...looks, processes: [...processes].reverse(), forPeople: true });
    expect(alone({ ...line, group: 'agents', name: 'agent-0', text: 'b' })).toBe('<yellow>agents/agent-0 |</> b');
  });

  it('have markers between runs, and times', () => {
    const render = createLineRenderer({ ...looks, processes: [], forPeople: true, timestamps: true });
    expect(render({ ...line, kind: 'restart', text: 'exit code 1', time: '2026-01-31T12:00:00Z' })).toBe(
      '<dim>2026-01-31T12:00:00Z</> <dim>--- exit code 1 ---</>',
    );
  });

  it('are filtered by their visible text, and markers stay', () => {
    const lines: LogLine[] = [
      { ...line, text: 'a \x1b[31mred\x1b[0m line' },
      { ...line, text: 'another' },
      { ...line, kind: 'restart', text: 'marker' },
    ];
    const left = (pattern: string, invert: boolean) =>
      lines
        .filter(createLineFilter({ pattern, invert, forPeople: false }) ?? (() => false))
        .map(({ text }) => text.slice(0, 6));
    expect(left('^a red', false)).toEqual(['a \x1b[31', 'marker']);
    expect(left('red', true)).toEqual(['anothe', 'marker']);
    const wishes = { pattern: undefined, invert: false, forPeople: false };
    expect(createLineFilter(wishes)).toBeUndefined();
    expect(codeOf(() => createLineFilter({ ...wishes, pattern: '[' }))).toBe('usage');
    expect(codeOf(() => createLineFilter({ ...wishes, invert: true }))).toBe('usage');
  });

  it('match by any state of a progress bar where all are printed, and by the last state on a terminal', () => {
    const bar = { ...line, text: '\r50/200\r150/200\x1b[K\r200/200' };
    const finds = (pattern: string, forPeople: boolean) =>
      createLineFilter({ pattern, invert: false, forPeople })?.(bar);
    expect(['^50/', '^150/200$', '^200'].map((pattern) => finds(pattern, false))).toEqual([true, true, true]);
    expect(['^50/', '^150/200$', '^200'].map((pattern) => finds(pattern, true))).toEqual([false, false, true]);
    expect(createLineFilter({ pattern: '150', invert: true, forPeople: false })?.(bar)).toBe(false);
  });

  it('are cut only on a terminal', () => {
    const long = { ...line, text: 'x'.repeat(maximumLineBytes + 1) };
    const render = (forPeople: boolean) => createLineRenderer({ ...looks, processes: [], forPeople })(long);
    expect(render(false)).toBe(long.text);
    expect(render(true)).toBe(`${'x'.repeat(maximumLineBytes)}${cutMarker}`);
  });

  it('are JSON with the same value, without characters that a terminal interprets', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...hostile)), (parts) => {
        const render = createJsonLineRenderer();
        const written = { ...line, text: parts.join(''), time: '2026-01-31T12:00:00Z' };
        for (const value of [written, { ...written, run: 2 }, { ...written, group: 'team' }]) {
          const json = render(value);
          expect(JSON.parse(json)).toEqual(value);
          expect(json).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
          expect(JSON.parse(formatJson(value, 2))).toEqual(value);
        }
      }),
    );
  });
});

describe('arguments', () => {
  async function parse(words: readonly string[]): Promise<CommandArguments> {
    let seen: CommandArguments | undefined;
    const definition: CommandDefinition = {
      name: 'try',
      aliases: ['t'],
      configure: (command) =>
        command
          .argument('[my-target]')
          .argument('[experiment]')
          .option('--dry-run')
          .option('-n, --count <n>', '', Number, 3),
      run: () => Promise.resolve(),
    };
    const program = createProgram({
      name: 'symphony',
      version: '0',
      commands: [definition],
      runCommand: async (_, args) => {
        seen = args;
      },
    });
    await program.parseAsync([...words], { from: 'user' });
    if (seen === undefined) throw new Error('The command did not run.');
    return seen;
  }

  it('are named in camel case, with their defaults, in the order of declaration', async () => {
    expect(await parse(['t', 'a', '--dry-run', 'b'])).toMatchObject({
      myTarget: 'a',
      experiment: 'b',
      dryRun: true,
      count: 3,
      color: true,
      positional: ['a', 'b'],
    });
  });

  it('may stand before the command or after it, and the later one wins', async () => {
    expect(await parse(['--backend', 'tmux', '--no-color', 'try'])).toMatchObject({ backend: 'tmux', color: false });
    expect(await parse(['--backend', 'tmux', 'try', '--backend', 'kube'])).toMatchObject({ backend: 'kube' });
    expect(await parse(['try', '-n', '5', '-o', 'json'])).toMatchObject({ count: 5, output: 'json' });
  });

  it('name one experiment', async () => {
    expect(await parse(['try', 'a', '-e', 'rl'])).toMatchObject({ experiment: 'rl' });
    await expect(parse(['try', 'a', 'one', '-e', 'two'])).rejects.toMatchObject({ code: 'usage' });
  });
});
