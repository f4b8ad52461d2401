import { expect, it } from 'vitest';
import { estimateAdvantages, normalize } from '../../../../examples/rl/lib/advantages.mjs';

it('distinguishes a failure from the time limit', () => {
  const options = { discount: 0.5, trace: 1 };
  const episode = { rewards: [1, 1], values: [0, 0, 4] };
  expect([...estimateAdvantages({ ...episode, terminated: true }, options).advantages]).toEqual([1.5, 1]);
  expect([...estimateAdvantages({ ...episode, terminated: false }, options).advantages]).toEqual([2.5, 3]);
});

it('scales advantages to deviation 1, but does not blow up noise', () => {
  expect([...normalize(Float64Array.of(2, 4), 0.1)]).toEqual([-1, 1]);
  expect(normalize(Float64Array.of(-0.01, 0.01), 0.1)[1]).toBeCloseTo(0.1);
});
