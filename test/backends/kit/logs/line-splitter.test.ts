import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter } from '../../../../src/backends/kit/logs/line-splitter.ts';
import { cutLongLine, cutMarker, maximumLineBytes } from '../../../../src/engine/contract/logs.ts';

const place = (text: string, offset: number) => ({ offset, text });

describe('splitting into lines', () => {
  test('gives the same lines however the bytes are split', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'ü', '\n', '\r\n', '💥', ' ')), fc.array(fc.nat(7)), (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''));
        const splitter = new LineSplitter(0, place);
        const lines: string[] = [];
        let at = 0;
        for (const cut of cuts) {
          lines.push(...splitter.push(bytes.subarray(at, at + cut)).map(({ text }) => text));
          at += cut;
        }
        lines.push(
          ...splitter.push(bytes.subarray(at)).map(({ text }) => text),
          ...splitter.flush().map(({ text }) => text),
        );
        const expected = bytes.toString().split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(lines).toEqual(expected.map((line) => line.replace(/\r$/, '')));
      }),
    );
  });

  test('gives the offset of each line', () => {
    const splitter = new LineSplitter(100, place);
    expect(splitter.push(Buffer.from('ab\ncd\n\ne'))).toEqual([
      { offset: 100, text: 'ab' },
      { offset: 103, text: 'cd' },
      { offset: 106, text: '' },
    ]);
    expect(splitter.flush()).toEqual([{ offset: 107, text: 'e' }]);
    expect(splitter.flush()).toEqual([]);
  });

  test('cuts a line that is too long, marks the cut, and continues with the next line', () => {
    const splitter = new LineSplitter(0, place);
    for (let piece = 0; piece < 100; piece += 1) expect(splitter.push(Buffer.alloc(10_000, 'x'))).toEqual([]);
    const lines = splitter.push(Buffer.from('\nnext\n'));
    expect(lines.map(({ text }) => text)).toEqual([`${'x'.repeat(maximumLineBytes)}${cutMarker}`, 'next']);
  });

  test('a cut inside a character leaves no broken character', () => {
    const splitter = new LineSplitter(0, place);
    splitter.push(Buffer.from(`x${'ü'.repeat(maximumLineBytes)}`));
    expect(splitter.flush()[0]?.text).toBe(`x${'ü'.repeat((maximumLineBytes - 2) / 2)}${cutMarker}`);
  });

  test('a custom limit accepts longer lines, and cuts the same within a block as across blocks', () => {
    const content = fc.array(fc.constantFrom('', 'a', 'üü', '💥', 'abcdefgh', 'abcdefgh\r'), { maxLength: 12 });
    fc.assert(
      fc.property(content, fc.nat(40), fc.integer({ min: 1, max: 12 }), (lines, cut, limit) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const whole = new LineSplitter(0, place, limit).push(bytes);
        const splitter = new LineSplitter(0, place, limit);
        expect([...splitter.push(bytes.subarray(0, cut)), ...splitter.push(bytes.subarray(cut))]).toEqual(whole);
        for (const [index, { text }] of whole.entries()) {
          const line = lines[index] ?? '';
          if (Buffer.byteLength(line.replace(/\r$/, '')) <= limit) expect(text).toBe(line.replace(/\r$/, ''));
          else expect(text.endsWith(cutMarker) && line.startsWith(text.slice(0, -cutMarker.length))).toBe(true);
        }
      }),
    );
  });

  test('a complete line is cut for a terminal the same way as the splitter cuts it', () => {
    for (const text of ['short', 'x'.repeat(maximumLineBytes), `x${'ü'.repeat(maximumLineBytes)}`]) {
      const [line] = new LineSplitter(0, place).push(Buffer.from(`${text}\n`));
      expect(cutLongLine(text)).toBe(line?.text);
    }
  });

  test('invalid UTF-8 is replaced, and no line is lost', () => {
    const lines = new LineSplitter(0, place).push(Buffer.from([0xff, 0x0a, 0xc3, 0x0a, 0x61, 0x0a]));
    expect(lines.map(({ text }) => text)).toEqual(['�', '�', 'a']);
  });
});
