import { expect, it } from 'vitest';
import { matchPatterns } from '../../../src/engine/client/match-patterns.ts';

it('patterns match whole names, with * and ? as the only wildcards', () => {
  const names = ['sarah-rl', 'sarah-sl', 'tom-rl', 'rl'];
  expect(matchPatterns(['sarah-*'], names)).toEqual(['sarah-rl', 'sarah-sl']);
  expect(matchPatterns(['rl', 'tom-?l'], names)).toEqual(['tom-rl', 'rl']);
  expect(matchPatterns(['.*', 'rl$'], names)).toEqual([]);
});
