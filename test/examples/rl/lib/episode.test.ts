import { describe, expect, it } from 'vitest';
import { CartPole } from '../../../../examples/rl/lib/cart-pole.mjs';
import { isEpisode, playEpisode } from '../../../../examples/rl/lib/episode.mjs';
import { createPolicyNetwork, Policy } from '../../../../examples/rl/lib/policy.mjs';
import { createRandom } from '../../../../examples/rl/lib/random.mjs';

describe('episodes that arrive', () => {
  const episode = () => playEpisode(new CartPole(createRandom(1)), new Policy(createPolicyNetwork(), createRandom(2)));

  it('are accepted when complete, also after a round trip through JSON', () => {
    expect(isEpisode(JSON.parse(JSON.stringify(episode())))).toBe(true);
  });

  it.each([
    ['nothing', () => ({})],
    ['no steps', () => ({ ...episode(), actions: [] })],
    ['too few observations', () => ({ ...episode(), observations: episode().observations.slice(1) })],
    ['a number that JSON cannot hold', () => JSON.parse(JSON.stringify({ ...episode(), rewards: [Number.NaN] }))],
    ['an unknown action', () => ({ ...episode(), actions: episode().actions.map(() => 2) })],
    ['a probability over 1', () => ({ ...episode(), logProbabilities: episode().actions.map(() => 0.1) })],
    ['a length that is no list', () => ({ ...episode(), actions: { length: 3 } })],
  ])('are refused with %s', (_, message) => {
    expect(isEpisode(message())).toBe(false);
  });
});
