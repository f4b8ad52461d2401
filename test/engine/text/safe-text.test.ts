import { describe, expect, it } from 'vitest';
import { plainText, sanitizeLine } from '../../../src/engine/text/sanitize-text.ts';

describe('foreign text', () => {
  it.for([
    ['plain text, tabs\tand 漢字 🙂', 'plain text, tabs\tand 漢字 🙂'],
    ['a \x1b[1;31mred\x1b[0m b', 'a \x1b[1;31mred\x1b[0m b\x1b[0m'],
    ['x\x1b[2J\x1b[Hy', 'xy'],
    ['\x1b]0;title\x07z', 'z'],
    ['\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1b]52;c;AAAA', ''],
    ['\x1bPq#0\x1b\\ok', 'ok'],
    ['\x9b31mred \x9dtitle\x9cend', '\x1b[31mred end\x1b[0m'],
    ['10%\r 20%\r', ' 20%'],
    ['bell\x07 back\x08 form\x0c', 'bell back form'],
    ['cut\x1b[', 'cut'],
    ['\x1b(0charset\x1bc', 'charset'],
    ['a\u202eb\u2066c\u2069\u2028d\x85e\x7ff', 'abcdef'],
    ['lone \ud800 half', 'lone \ufffd half'],
  ] as const)('%o', ([text, shown]) => expect(sanitizeLine(text)).toBe(shown));

  it('is searched without its colours', () => {
    expect(plainText('a \x1b[31mred\x1b[0m b')).toBe('a red b');
    expect(plainText('\x1b\x1b[31mx')).toBe('x');
  });
});
