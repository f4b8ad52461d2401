import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, pad, padBoth, truncateMiddle, truncateStart } from '../../../../src/app/shell/text/pad.ts';
import { textWidth } from '../../../../src/app/shell/text/width.ts';

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('a', ' ', '宽', 'é', 'e\u0301', '👩‍👩‍👧', '-') }),
);

describe('pad', () => {
  it('returns exactly the width, for any characters', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, width) => {
        expect(textWidth(pad(text, width))).toBe(width);
        expect(textWidth(pad(text, width, 'right'))).toBe(width);
      }),
    );
  });

  it('says that something is cut', () => {
    expect(pad('learner', 5)).toBe('lear…');
    expect(pad('宽宽宽', 4)).toBe('宽… ');
    expect(truncateStart('/a/long/path', 6)).toBe('…/path');
  });

  it('keeps both ends of a name, so that replicas can be distinguished', () => {
    expect(truncateMiddle('loader-with-a-long-name-12', 16)).toBe('loader-w…name-12');
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, width) => {
        expect(textWidth(truncateMiddle(text, width))).toBeLessThanOrEqual(width);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 9, max: 30 }), (replica, width) => {
        expect(truncateMiddle(`${'x'.repeat(40)}-${replica}`, width).endsWith(`-${replica}`)).toBe(true);
      }),
    );
  });

  it('truncates the left part first', () => {
    expect(padBoth('a long left part', 'right', 12)).toBe('a long…right');
  });
});

describe('cut', () => {
  it('leaves out a wide character that would cross the edge', () => {
    expect(cut('a宽b', 2)).toBe('a');
  });
});
