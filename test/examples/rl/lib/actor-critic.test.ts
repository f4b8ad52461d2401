import { expect, it } from 'vitest';
import { ActorCritic } from '../../../../examples/rl/lib/actor-critic.mjs';
import { CartPole } from '../../../../examples/rl/lib/cart-pole.mjs';
import { playEpisode, returnOf } from '../../../../examples/rl/lib/episode.mjs';
import { Policy } from '../../../../examples/rl/lib/policy.mjs';
import { createRandom, mixSeed } from '../../../../examples/rl/lib/random.mjs';

it.each([1, 2, 3])('learns to balance the pole (seed %i)', (seed) => {
  const random = createRandom(mixSeed(seed, 1));
  const mind = new ActorCritic(createRandom(seed));
  const cartPole = new CartPole(random);
  const policy = new Policy(mind.policy, random);
  const returns: number[] = [];
  for (let update = 0; update < 30; update++) {
    const episodes = [];
    for (let steps = 0; steps < 1024; ) {
      const episode = playEpisode(cartPole, policy);
      steps += episode.actions.length;
      episodes.push(episode);
      returns.push(returnOf(episode));
    }
    mind.update(episodes);
  }
  const mean = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  expect(mean(returns.slice(0, 30))).toBeLessThan(40);
  expect(mean(returns.slice(-30))).toBeGreaterThan(150);
});
