import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutColours } from '../../../../src/app/shell/text/sanitize.ts';
import { highlightYaml } from '../../../../src/app/shell/text-view/yaml-document.ts';
import { paint } from '../../../../src/app/shell/theme/theme.ts';
import { themes } from '../../../../src/app/shell/theme/themes.ts';

const { dark } = themes;

describe('highlightYaml', () => {
  it('paints keys, plain values and comments, and leaves other text', () => {
    const [key, number, comment, item] = highlightYaml('name: rl\nport: 7000\n# why\n- a: b', dark);
    expect(key).toBe(`${paint(dark, 'accent', 'name')}${paint(dark, 'dim', ':')} rl`);
    expect(number).toContain(paint(dark, 'busy', ' 7000'));
    expect(comment).toBe(paint(dark, 'dim', '# why'));
    expect(item).toBe(`- ${paint(dark, 'accent', 'a')}${paint(dark, 'dim', ':')} b`);
  });

  it('changes nothing but colours', () => {
    const line = fc.stringMatching(/^[ -~]{0,30}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const text = lines.join('\n').trimEnd();
        expect(highlightYaml(text, dark).map(withoutColours).join('\n')).toBe(text);
      }),
    );
  });
});
