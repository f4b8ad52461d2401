import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchPatterns } from '../../../../src/engine/client/names/match-patterns.ts';

it('patterns match whole names, with * and ? as the only wildcards', () => {
  const names = ['sarah-rl', 'sarah-sl', 'tom-rl', 'rl'];
  expect(matchPatterns(['sarah-*'], names)).toEqual(['sarah-rl', 'sarah-sl']);
  expect(matchPatterns(['rl', 'tom-?l'], names)).toEqual(['tom-rl', 'rl']);
  expect(matchPatterns(['.*', 'rl$'], names)).toEqual([]);
});

it('every name matches itself as a pattern, and every pattern with * for any part of it', () => {
  const text = fc.string({ maxLength: 12 }).filter((name) => !/[*?\n\r\u2028\u2029]/.test(name));
  fc.assert(
    fc.property(text, text, text, (before, between, after) => {
      const name = `${before}${between}${after}`;
      expect(matchPatterns([name], [name])).toEqual([name]);
      expect(matchPatterns([`${before}*${after}`], [name])).toEqual([name]);
      expect(matchPatterns([`${name}?`], [name])).toEqual([]);
    }),
  );
});
