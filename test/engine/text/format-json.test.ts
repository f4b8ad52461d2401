import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatJson } from '../../../src/engine/text/format-json.ts';
import { hostileCharacters } from '../../support/hostile-characters.ts';

it('JSON has the same value, without characters that a terminal interprets', () => {
  const text = fc.array(fc.constantFrom(...hostileCharacters)).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.dictionary(text, text), fc.constantFrom(undefined, 2), (value, indent) => {
      const json = formatJson(value, indent);
      expect(JSON.parse(json)).toEqual(value);
      expect(json).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
    }),
  );
});
