import { ACTION_COUNT, OBSERVATION_SIZE } from './cart-pole.mjs';
import { Network } from './network.mjs';

const HIDDEN = 32;

/** The network whose outputs become the probabilities of the actions. */
export function createPolicyNetwork() {
  return new Network({ inputs: OBSERVATION_SIZE, hidden: HIDDEN, outputs: ACTION_COUNT });
}

/** The network that predicts the value of an observation. */
export function createValueNetwork() {
  return new Network({ inputs: OBSERVATION_SIZE, hidden: HIDDEN, outputs: 1 });
}

/**
 * The logarithms of the softmax of `scores`, written into `logProbabilities`.
 * @param {Float64Array} scores
 * @param {Float64Array} logProbabilities
 */
export function logSoftmax(scores, logProbabilities) {
  // The largest score is subtracted first, because exp of a large score would be infinite.
  let largest = -Infinity;
  for (const score of scores) largest = Math.max(largest, score);
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - largest);
  const logSum = largest + Math.log(sum);
  for (let i = 0; i < scores.length; i++) logProbabilities[i] = scores[i] - logSum;
  return logProbabilities;
}

/** Chooses an action for an observation, and returns the log probability of that choice. */
export class Policy {
  /**
   * @param {Network} network
   * @param {() => number} random
   */
  constructor(network, random) {
    this.network = network;
    this.random = random;
    this.logProbabilities = new Float64Array(network.outputs);
  }

  /**
   * Samples an action by its probability: learning needs all actions to be tried.
   * @param {ArrayLike<number>} observation
   */
  sample(observation) {
    const logProbabilities = logSoftmax(this.network.forward(observation), this.logProbabilities);
    const drawn = this.random();
    let action = 0;
    let reached = Math.exp(logProbabilities[0]);
    while (drawn >= reached && action < logProbabilities.length - 1) reached += Math.exp(logProbabilities[++action]);
    return { action, logProbability: logProbabilities[action] };
  }

  /**
   * Always chooses the most probable action: what has been learned.
   * @param {ArrayLike<number>} observation
   */
  greedy(observation) {
    const scores = this.network.forward(observation);
    let action = 0;
    for (let i = 1; i < scores.length; i++) if (scores[i] > scores[action]) action = i;
    return action;
  }
}
