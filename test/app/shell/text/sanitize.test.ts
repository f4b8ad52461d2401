import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitizeLine, withoutColours } from '../../../../src/app/shell/text/sanitize.ts';

describe('sanitizeLine', () => {
  it.each([
    ['plain', 'plain'],
    ['\x1b[2J\x1b[Hcleared', 'cleared'],
    ['\x1b]0;title\x07text', 'text'],
    ['\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1bPq#0;2;0\x1b\\sixel', 'sixel'],
    ['\x1b(Bcharset', 'charset'],
    ['\x9b31mone byte', 'one byte'],
    ['cut off \x1b[3', 'cut off '],
    ['a\x08b\x00c\x7f', 'abc'],
    ['\u202eright to left', 'right to left'],
    ['10%\r50%\r100%', '100%'],
    ['windows\r', 'windows'],
    ['tab\tstop', 'tab     stop'],
    ['12345678\tx', '12345678        x'],
  ])('%j reads %j', (line, plain) => {
    expect(sanitizeLine(line).plain).toBe(plain);
  });

  it('keeps colours, and ends them with the line', () => {
    expect(sanitizeLine('\x1b[31mred\x1b[2K').text).toBe('\x1b[31mred\x1b[0m');
  });

  it('removes every control sequence but colours', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\x1b[', '\x1b]', '\x1b', '\r', '\x07', '31m', '\x9d', '\x1bP'),
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const { text, plain } = sanitizeLine(parts.join('').replaceAll('\n', ''));
        expect(withoutColours(text)).toBe(plain);
        expect(plain).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
      }),
    );
  });
});
