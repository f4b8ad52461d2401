import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { terminalKind, terminalNotice, throughTmux } from '../../../../src/backends/kit/notices/terminal-notice.ts';
import { hostileCharacters } from '../../../support/hostile-characters.ts';

const hostileText = fc
  .array(fc.constantFrom(...hostileCharacters, ';', '\r', '\n', '\ud800'))
  .map((all) => all.join(''));

describe('terminalNotice', () => {
  test('is OSC 9 or OSC 777', () => {
    expect(terminalNotice('Symphony: rl failed', 'rl: a; b', 'osc9')).toBe('\x1b]9;Symphony: rl failed: rl: a; b\x07');
    expect(terminalNotice('Symphony; rl', 'rl: a; b', 'osc777')).toBe('\x1b]777;notify;Symphony, rl;rl: a, b\x07');
  });

  test('keeps line breaks and long texts from becoming more than a line', () => {
    expect(terminalNotice('t', 'a\r\nb\tc', 'osc9')).toBe('\x1b]9;t: a b c\x07');
    expect(terminalNotice('t', 'x'.repeat(10_000), 'osc9').length).toBeLessThan(300);
  });

  test('is one sequence, whatever the texts contain', () => {
    fc.assert(
      fc.property(hostileText, hostileText, fc.constantFrom('osc9', 'osc777'), (title, text, form) => {
        const sequence = terminalNotice(title, text, form);
        expect(sequence).toMatch(/^\x1b\](?:9|777;notify);[^\x00-\x1f\x7f-\x9f]*\x07$/);
        expect(sequence.isWellFormed()).toBe(true);
      }),
    );
  });

  test('through tmux has each escape doubled', () => {
    expect(throughTmux('\x1b]9;x\x07')).toBe('\x1bPtmux;\x1b\x1b]9;x\x07\x1b\\');
  });
});

test.for([
  [{ TERM: 'xterm-256color' }, { kind: 'direct', form: 'osc9' }],
  [{ TERM: 'xterm-kitty' }, { kind: 'direct', form: 'osc9' }],
  [{ TERM: 'rxvt-unicode-256color' }, { kind: 'direct', form: 'osc777' }],
  [
    { TERM: 'xterm-256color', VTE_VERSION: '7600' },
    { kind: 'direct', form: 'osc777' },
  ],
  [{ TERM: 'tmux-256color', TMUX: '/tmp/tmux-1/default,1,0' }, { kind: 'tmux' }],
  [{ TERM: 'xterm-256color', TMUX: '/tmp/tmux-1/default,1,0', VTE_VERSION: '1' }, { kind: 'tmux' }],
  [{ TERM: 'tmux-256color' }, { kind: 'none' }],
  [{ TERM: 'screen.xterm-256color', STY: '1.pts-1' }, { kind: 'none' }],
  [{ TERM: 'linux' }, { kind: 'none' }],
  [{ TERM: 'dumb' }, { kind: 'none' }],
  [{}, { kind: 'none' }],
] as const)('a terminal with %j is %j', ([environment, kind]) => {
  expect(terminalKind(environment)).toEqual(kind);
});
