import { expect, it } from 'vitest';
import { policyLoss, valueLoss } from '../../../../examples/rl/lib/losses.mjs';
import { createPolicyNetwork, createValueNetwork } from '../../../../examples/rl/lib/policy.mjs';
import { createRandom, gaussian } from '../../../../examples/rl/lib/random.mjs';

function someSamples(random: () => number) {
  return Array.from({ length: 40 }, () => ({
    observation: Array.from({ length: 4 }, () => gaussian(random)),
    action: random() < 0.5 ? 0 : 1,
    // Far enough from the new probabilities that the clip applies to some samples and not to others.
    logProbability: Math.log(0.2 + 0.6 * random()),
    advantage: gaussian(random),
    target: random(),
  }));
}

function expectGradient(parameters: Float64Array, gradient: Float64Array, loss: () => number) {
  const distance = 1e-6;
  for (let i = 0; i < parameters.length; i++) {
    const before = parameters[i] as number;
    parameters[i] = before + distance;
    const above = loss();
    parameters[i] = before - distance;
    const below = loss();
    parameters[i] = before;
    expect(gradient[i]).toBeCloseTo((above - below) / (2 * distance), 6);
  }
}

it('has the right gradient of the policy loss', () => {
  const random = createRandom(7);
  const network = createPolicyNetwork().initialize(random, 1);
  const samples = someSamples(random);
  const options = { clip: 0.2, entropyBonus: 0.05 };
  const gradient = new Float64Array(network.size);
  policyLoss(network, samples, options, gradient);
  expect(Math.hypot(...gradient)).toBeGreaterThan(0.01);
  expectGradient(network.parameters, gradient, () =>
    policyLoss(network, samples, options, new Float64Array(network.size)),
  );
});

it('has the right gradient of the value loss', () => {
  const random = createRandom(8);
  const network = createValueNetwork().initialize(random, 1);
  const samples = someSamples(random);
  const gradient = new Float64Array(network.size);
  valueLoss(network, samples, gradient);
  expectGradient(network.parameters, gradient, () => valueLoss(network, samples, new Float64Array(network.size)));
});

it('has no gradient beyond the clip', () => {
  const network = createPolicyNetwork();
  const sample = { observation: [0.1, 0.2, 0.3, 0.4], action: 0, advantage: 1, target: 0 };
  const pull = (logProbability: number) => {
    const gradient = new Float64Array(network.size);
    policyLoss(network, [{ ...sample, logProbability }], { clip: 0.2, entropyBonus: 0 }, gradient);
    return Math.hypot(...gradient);
  };
  expect(pull(Math.log(0.5))).toBeGreaterThan(0);
  expect(pull(Math.log(0.3))).toBe(0);
});
