import { describe, expect, it } from 'vitest';
import { clipboardSequence, fitClipboard, maxClipboardBytes } from '../../../../src/app/shell/terminal/clipboard.ts';
import { parseMouse } from '../../../../src/app/shell/terminal/mouse.ts';
import { chooseTheme } from '../../../../src/app/shell/theme/choose-theme.ts';
import { paint, paintRow } from '../../../../src/app/shell/theme/theme.ts';
import { themes } from '../../../../src/app/shell/theme/themes.ts';

describe('parseMouse', () => {
  it('reads presses, releases and the wheel, several at once, among keys', () => {
    expect(parseMouse('j\x1b[<0;3;5M\x1b[<0;3;5mk\x1b[<64;1;1M\x1b[<65;300;200M')).toEqual([
      { kind: 'press', x: 2, y: 4 },
      { kind: 'release', x: 2, y: 4 },
      { kind: 'wheel-up', x: 0, y: 0 },
      { kind: 'wheel-down', x: 299, y: 199 },
    ]);
  });

  it('ignores movements and other buttons', () => {
    expect(parseMouse('\x1b[<32;3;5M\x1b[<2;3;5M\x1b[<35;3;5M')).toEqual([]);
  });
});

describe('the clipboard', () => {
  it('accepts any text', () => {
    expect(clipboardSequence('grün')).toBe(`\x1b]52;c;${Buffer.from('grün').toString('base64')}\x07`);
  });

  it('gets the last lines of a text that is too long', () => {
    const fitting = fitClipboard(Array.from({ length: 10_000 }, (_, index) => `line ${index}`));
    expect(fitting.text.endsWith('line 9999')).toBe(true);
    expect(fitting.lines).toBeLessThan(10_000);
    expect(clipboardSequence(fitting.text).length).toBeLessThanOrEqual(maxClipboardBytes + 8);
  });
});

describe('themes', () => {
  it.each<[Parameters<typeof chooseTheme>[0], Record<string, string>, string]>([
    ['auto', {}, 'dark'],
    ['auto', { COLORFGBG: '0;15' }, 'light'],
    ['auto', { COLORFGBG: '15;0' }, 'dark'],
    ['light', {}, 'light'],
    ['high-contrast', { NO_COLOR: '1' }, 'none'],
    ['dark', { NO_COLOR: '' }, 'dark'],
    ['dark', { TERM: 'dumb' }, 'none'],
  ])('%s with %j is %s', (setting, environment, name) => {
    expect(chooseTheme(setting, environment).name).toBe(name);
  });

  it('a row keeps its own style through what is painted inside', () => {
    const row = paintRow(themes.dark, 'selected', `a ${paint(themes.dark, 'bad', 'b')} c`);
    expect(row.split('\x1b[0m').at(-1)).toBe('');
    expect(row).toContain(`\x1b[0;${themes.dark.styles.selected}m c`);
  });

  it('the selected row of high contrast has one colour, and no selected row has dim text', () => {
    const cell = (theme: (typeof themes)['dark']) => `a ${paint(theme, 'good', 'b')} ${paint(theme, 'dim', 'c')}`;
    const { dark, 'high-contrast': high } = themes;
    expect(paintRow(high, 'selected', cell(high))).toBe(`\x1b[${high.styles.selected}ma b c\x1b[0m`);
    expect(paintRow(dark, 'selected', cell(dark))).not.toContain(`\x1b[${dark.styles.dim}m`);
    expect(paintRow(dark, 'selected', cell(dark))).toContain(`\x1b[${dark.styles.good}m`);
  });

  it('none has no colours', () => {
    for (const style of Object.values(themes.none.styles)) expect(style).toMatch(/^([17](;[17])*)?$/);
  });
});
