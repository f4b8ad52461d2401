import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson } from '../../../src/engine/text/format-json.ts';
import { plainLines, plainText, sanitizeLine, sanitizeLines } from '../../../src/engine/text/safe-text.ts';

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
    ['a\u200eb\u200fc\u061cd', 'abcd'],
    ['lone \ud800 half', 'lone \ufffd half'],
  ] as const)('%o', ([text, shown]) => expect(sanitizeLine(text)).toBe(shown));

  it('is searched without its colours', () => {
    expect(plainText('a \x1b[31mred\x1b[0m b')).toBe('a red b');
    expect(plainText('\x1b\x1b[31mx')).toBe('x');
  });

  it('keeps the letters of every alphabet, also those written from right to left', () => {
    const names = 'שלום עולם مرحبا بالعالم Ελλάδα Москва 東京 한국어 हिन्दी ไทย ਪੰਜਾਬੀ 👩‍🔬';
    expect(sanitizeLine(names)).toBe(names);
    expect(plainText(names)).toBe(names);
  });

  it('is made safe line by line where it has several', () => {
    expect(sanitizeLines('\x1b[1ma\x1b[0m\n\x1b[2Jb')).toBe('\x1b[1ma\x1b[0m\x1b[0m\nb');
    expect(plainLines('\x1b[1ma\x1b[0m\nb\u202e')).toBe('a\nb');
  });
});

describe('whatever a text holds', () => {
  const pieces = fc.constantFrom(
    ...[
      '\x1b',
      '\x1b[',
      '\x9b',
      '\x1b]',
      '\x9d',
      '\x1bP',
      '\x1b\\',
      '\x9c',
      '31m',
      '2J',
      ';',
      '0;t',
      '\x07',
      '\x08',
      '\r',
      '\n',
      '\t',
    ],
    ...['\u202e', '\u2066', '\u200f', '\u061c', '\u2028', '\x7f', '\x85', '\ud800', 'ש', 'م', 'a', ' '],
  );
  const texts = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' }))).map((parts) => parts.join(''));
  const forbidden = /[\x00-\x08\x0a-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

  it('only colours are left of what a terminal interprets', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const line = sanitizeLine(text);
        expect(line).not.toMatch(forbidden);
        expect(line.replaceAll(/\x1b\[[\d;:]*m/g, '')).not.toContain('\x1b');
        expect(plainText(text)).not.toMatch(forbidden);
        expect(plainText(text)).not.toContain('\x1b');
      }),
    );
  });

  it('making it safe twice changes nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(plainText(plainText(text))).toBe(plainText(text));
        expect(plainText(sanitizeLine(text))).toBe(plainText(text));
      }),
    );
  });

  it('as JSON it holds nothing of that, and is the same text again', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const json = formatJson(text);
        expect(json).not.toMatch(forbidden);
        expect(JSON.parse(json)).toBe(text);
      }),
    );
  });
});
