import { describe, expect, test } from 'vitest';
import { isTooOld } from '../../../src/backends/tmux/find-tmux.ts';
import { parsePanes } from '../../../src/backends/tmux/panes.ts';
import { planOnTmux } from '../../../src/backends/tmux/plan-on-tmux.ts';
import { commandLine, escapeFormat, quoteWord } from '../../../src/backends/tmux/quote.ts';
import { ownSocketName } from '../../../src/backends/tmux/socket-name.ts';
import { TmuxBackend } from '../../../src/backends/tmux/tmux-backend.ts';
import { parseSpec } from '../../../src/engine/index.ts';
import { resolveExperiment } from '../../../src/engine/spec/resolve/resolve-experiment.ts';

test.each([
  ['3.3a', false],
  ['3.2', false],
  ['3.1c', true],
  ['2.9a', true],
  ['10.0', false],
  ['next-3.6', false],
  ['next-3.1', true],
  ['master', false],
  ['openbsd-7.5', false],
])('version %s is too old: %s', (version, tooOld) => {
  expect(isTooOld(version)).toBe(tooOld);
});

test('words are quoted, and formats and dates are escaped', () => {
  expect(quoteWord("it's $HOME;")).toBe("'it'\\''s $HOME;'");
  expect(commandLine('a', 'b c')).toBe("'a' 'b c'\n");
  expect(escapeFormat('#S %d')).toBe('##S %%d');
});

test('panes are parsed from the list of tmux, foreign ones with empty marks', () => {
  expect(parsePanes('$0 @1 4 %2 tag:id id:main rl\n$1 @3 0 %5   my own\n')).toEqual([
    {
      session: '$0',
      window: '@1',
      index: 4,
      pane: '%2',
      sessionMark: 'tag:id',
      processMark: 'id:main',
      sessionName: 'rl',
    },
    { session: '$1', window: '@3', index: 0, pane: '%5', sessionMark: '', processMark: '', sessionName: 'my own' },
  ]);
});

describe('the socket', () => {
  test('must be a name', () => {
    expect(() => new TmuxBackend({ socket: '../x' })).toThrow(/socket/);
    expect(() => new TmuxBackend({ socket: 'mine' })).not.toThrow();
  });

  test('of another home has a tag', () => {
    const { SYMPHONY_HOME } = process.env;
    try {
      process.env.SYMPHONY_HOME = '/somewhere/else';
      expect(ownSocketName()).toMatch(/^symphony-[0-9a-z]+$/);
    } finally {
      if (SYMPHONY_HOME === undefined) delete process.env.SYMPHONY_HOME;
      else process.env.SYMPHONY_HOME = SYMPHONY_HOME;
    }
  });
});

test('the plan names the windows', () => {
  const spec = parseSpec(
    {
      name: 'rl',
      processes: { a: { command: 'x' } },
      groups: { g: { processes: { b: { command: 'y' } } } },
    },
    { baseDir: '/' },
  );
  const { backend, documents } = planOnTmux(resolveExperiment(spec));
  expect(backend).toBe('tmux');
  expect(documents).toMatchObject([
    { process: 'a', window: 'a' },
    { process: 'g/b', window: 'g:b' },
  ]);
});
