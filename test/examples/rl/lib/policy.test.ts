import { expect, it } from 'vitest';
import { createPolicyNetwork, Policy } from '../../../../examples/rl/lib/policy.mjs';
import { createRandom } from '../../../../examples/rl/lib/random.mjs';

it('samples each action as often as its probability says', () => {
  const network = createPolicyNetwork();
  network.parameters[network.size - 1] = Math.log(3);
  const policy = new Policy(network, createRandom(3));
  const actions = Array.from({ length: 4000 }, () => policy.sample([0, 0, 0, 0]).action);
  expect(actions.filter((action) => action === 1).length / actions.length).toBeCloseTo(0.75, 1);
  expect(Math.exp(policy.sample([0, 0, 0, 0]).logProbability as number)).toSatisfy(
    (probability: number) => Math.abs(probability - 0.75) < 1e-9 || Math.abs(probability - 0.25) < 1e-9,
  );
  expect(policy.greedy([0, 0, 0, 0])).toBe(1);
});
