import { expect, it } from 'vitest';
import { CartPole } from '../../../../examples/rl/lib/cart-pole.mjs';
import { playEpisode } from '../../../../examples/rl/lib/episode.mjs';
import { createPolicyNetwork, Policy } from '../../../../examples/rl/lib/policy.mjs';
import { createRandom } from '../../../../examples/rl/lib/random.mjs';
import { ReplayBuffer } from '../../../../examples/rl/lib/replay-buffer.mjs';

const episode = () => playEpisode(new CartPole(createRandom(1)), new Policy(createPolicyNetwork(), createRandom(2)));

it('episodes wait in a buffer that drops the oldest', async () => {
  const buffer = new ReplayBuffer(60);
  const taken = buffer.take(20);
  for (let i = 0; i < 20; i++) buffer.add(episode());
  expect(buffer.steps).toBeLessThanOrEqual(60);
  expect((await taken).length).toBeGreaterThan(0);
  expect(buffer.steps).toBe(0);
});
