import { describe, expect, it } from 'vitest';
import { clipboardSequence, fitClipboard, maxClipboardBytes } from '../../../../src/app/shell/terminal/clipboard.ts';

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
