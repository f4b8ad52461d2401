import { Adam } from './adam.mjs';
import { estimateAdvantages, normalize } from './advantages.mjs';
import { policyLoss, valueLoss } from './losses.mjs';
import { createPolicyNetwork, createValueNetwork } from './policy.mjs';
import { shuffle } from './random.mjs';

const DISCOUNT = 0.99;
const TRACE = 0.95;
const CLIP = 0.2;
const ENTROPY_BONUS = 0.005;
const EPOCHS = 4;
const MINIBATCH = 256;
const POLICY_LEARNING_RATE = 5e-4;
const VALUE_LEARNING_RATE = 5e-3;
const MAX_GRADIENT_NORM = 0.5;
// Rewards are scaled so that the value of a step, at most 1 / (1 - DISCOUNT), is learned as a number up to 1.
const REWARD_SCALE = 1 - DISCOUNT;
const ADVANTAGE_FLOOR = 0.02;

/** The learner's networks, a policy and a value network that judges it, and how episodes improve both. */
export class ActorCritic {
  /** @param {() => number} random */
  constructor(random) {
    this.random = random;
    this.policy = createPolicyNetwork().initialize(random, 0);
    this.value = createValueNetwork().initialize(random, 1);
    this.policyOptimizer = new Adam(this.policy.size, {
      learningRate: POLICY_LEARNING_RATE,
      maxNorm: MAX_GRADIENT_NORM,
    });
    this.valueOptimizer = new Adam(this.value.size, { learningRate: VALUE_LEARNING_RATE, maxNorm: MAX_GRADIENT_NORM });
  }

  /**
   * Learns from episodes, each used in this one update only.
   * @param {import('./episode.mjs').Episode[]} episodes
   */
  update(episodes) {
    const samples = this.samplesOf(episodes);
    const policyGradient = new Float64Array(this.policy.size);
    const valueGradient = new Float64Array(this.value.size);
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      shuffle(samples, this.random);
      for (let start = 0; start < samples.length; start += MINIBATCH) {
        const minibatch = samples.slice(start, start + MINIBATCH);
        // A step on a few leftover samples would be as large as any other, and mostly noise.
        if (start > 0 && minibatch.length < MINIBATCH / 2) break;
        policyLoss(this.policy, minibatch, { clip: CLIP, entropyBonus: ENTROPY_BONUS }, policyGradient.fill(0));
        this.policyOptimizer.step(this.policy.parameters, policyGradient);
        valueLoss(this.value, minibatch, valueGradient.fill(0));
        this.valueOptimizer.step(this.value.parameters, valueGradient);
      }
    }
  }

  /**
   * @param {import('./episode.mjs').Episode[]} episodes
   * @returns {import('./losses.mjs').Sample[]}
   */
  samplesOf(episodes) {
    /** @type {import('./losses.mjs').Sample[]} */
    const samples = [];
    for (const { observations, actions, logProbabilities, rewards, terminated } of episodes) {
      const values = observations.map((observation) => this.value.forward(observation)[0]);
      const scaled = rewards.map((reward) => reward * REWARD_SCALE);
      const { advantages, targets } = estimateAdvantages(
        { rewards: scaled, values, terminated },
        { discount: DISCOUNT, trace: TRACE },
      );
      for (let step = 0; step < actions.length; step++) {
        samples.push({
          observation: observations[step],
          action: actions[step],
          logProbability: logProbabilities[step],
          advantage: advantages[step],
          target: targets[step],
        });
      }
    }
    const normalized = normalize(
      Float64Array.from(samples, (sample) => sample.advantage),
      ADVANTAGE_FLOOR,
    );
    for (let i = 0; i < samples.length; i++) samples[i].advantage = normalized[i];
    return samples;
  }
}
