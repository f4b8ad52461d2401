import { expect, it } from 'vitest';
import { countOf, withHint } from '../../../src/engine/text/sentences.ts';

it('one is singular, and every other number plural', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'restart'))).toEqual(['0 restarts', '1 restart', '2 restarts']);
  expect(countOf(2, 'process', 'processes')).toBe('2 processes');
});

it('a hint is a sentence after the message', () => {
  expect(withHint('there are cpu-pool, gpu-pool', 'Declare it.')).toBe('there are cpu-pool, gpu-pool. Declare it.');
  expect(withHint('It is gone.', 'Try again.')).toBe('It is gone. Try again.');
  expect(withHint('it is gone', undefined)).toBe('it is gone');
});
