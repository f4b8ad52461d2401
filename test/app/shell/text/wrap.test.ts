import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from '../../../../src/app/shell/text/width.ts';
import { wrap, wrapWords } from '../../../../src/app/shell/text/wrap.ts';

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('a', ' ', '宽', 'é', 'e\u0301', '👩‍👩‍👧', '-') }),
);

describe('wrap', () => {
  it('loses no character and respects the width', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 30 }), (text, width) => {
        const rows = wrap(text, width);
        expect(rows.join('').normalize()).toBe(text.normalize());
        for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('carries a colour on to the next row', () => {
    const rows = wrap(`\x1b[31m${'x'.repeat(12)}\x1b[0m`, 8);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toContain('\x1b[31m');
  });

  it('breaks prose between words', () => {
    expect(wrapWords('one two three', 8)).toEqual(['one two', 'three']);
  });
});
