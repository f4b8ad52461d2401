import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isName } from '../../src/engine/spec/names.ts';
import { toName, toNames } from '../../src/import/imported-names.ts';

it('makes names of any text', () => {
  expect(toName('My_Service.1', 'x')).toBe('my-service-1');
  expect(toName('007', 'agent')).toBe('agent');
});

it('keeps names that are names, and makes others different from them', () => {
  expect([...toNames(['a_b', 'a-b', 'A.B', '7'], 'process').values()]).toEqual(['a-b-2', 'a-b', 'a-b-3', 'process']);
});

it('gives each text a name of its own', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 80 })), (texts) => {
      const names = [...toNames(texts, 'process').values()];
      expect(new Set(names).size).toBe(texts.length);
      expect(names.every(isName)).toBe(true);
    }),
  );
});
