import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRanges, highlight } from '../../../../src/app/shell/text/highlight.ts';
import { withoutColours } from '../../../../src/app/shell/text/sanitize.ts';

const marker = () => ({ on: '\x1b[7m', off: '\x1b[0m' });

describe('highlight', () => {
  it('highlights a match that has colours inside', () => {
    const lit = highlight('a\x1b[31mbc\x1b[0md', [{ start: 0, end: 3 }], marker);
    expect(lit).toBe('\x1b[7ma\x1b[31m\x1b[7mbc\x1b[0m\x1b[0md');
  });

  it('changes no character', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('ab', 'x', '\x1b[31m', '\x1b[0m', ' ')), (parts) => {
        const text = parts.join('');
        const plain = withoutColours(text);
        expect(withoutColours(highlight(text, findRanges(plain, /ab|x/g), marker))).toBe(plain);
      }),
    );
  });

  it('finds every match with an expression that was used before', () => {
    const expression = /ab/g;
    expression.test('xxab');
    expect(findRanges('ab ab', expression)).toHaveLength(2);
  });

  it('does not stop at empty matches', () => {
    expect(findRanges('aba', /b*/g)).toEqual([{ start: 1, end: 2 }]);
  });
});
