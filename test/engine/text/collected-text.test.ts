import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CollectedText } from '../../../src/engine/text/collected-text.ts';

it('keeps a text, however its bytes are cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 7 }), (text, size) => {
      const collected = new CollectedText();
      const bytes = Buffer.from(text);
      for (let start = 0; start < bytes.length; start += size) collected.write(bytes.subarray(start, start + size));
      expect(collected.text).toBe(text);
    }),
  );
});
