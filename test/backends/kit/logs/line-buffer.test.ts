import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineBuffer, lineText } from '../../../../src/backends/kit/logs/line-buffer.ts';
import { cutMarker } from '../../../../src/engine/contract/logs.ts';

test('keeps the beginning of a line up to the limit, and knows whether there was more', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 9 })), fc.nat(30), (pieces, limit) => {
      const buffer = new LineBuffer(limit);
      for (const piece of pieces) buffer.keep(Buffer.from(piece));
      const whole = Buffer.concat(pieces);
      expect(buffer.isEmpty).toBe(whole.length === 0 || limit === 0);
      const { bytes, isOverlong } = buffer.take();
      expect(bytes.equals(whole.subarray(0, limit))).toBe(true);
      expect(isOverlong).toBe(whole.length > limit);
      // The next line is independent of this one.
      expect(buffer.isEmpty).toBe(true);
      expect(buffer.take()).toEqual({ bytes: Buffer.alloc(0), isOverlong: false });
    }),
  );
});

test('the text of a line has neither the carriage return of its end nor a split character at its cut', () => {
  const text = (line: string, isOverlong = false, limit = 100) => lineText(Buffer.from(line), isOverlong, limit);
  expect(text('50%\r100%\r')).toBe('50%\r100%');
  expect(text('aé', true, 2)).toBe(`a${cutMarker}`);
  expect(lineText(Buffer.from([0x61, 0xff]), false, 100)).toBe('a\uFFFD');
});
