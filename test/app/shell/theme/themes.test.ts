import { describe, expect, it } from 'vitest';
import { chooseTheme } from '../../../../src/app/shell/theme/choose-theme.ts';
import { paint, paintRow } from '../../../../src/app/shell/theme/theme.ts';
import { themes } from '../../../../src/app/shell/theme/themes.ts';

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
