import { logSoftmax } from './policy.mjs';

/**
 * One step of an episode, in the learner's form.
 * @typedef {{ observation: ArrayLike<number>, action: number, logProbability: number, advantage: number,
 *   target: number }} Sample
 */

/**
 * The clipped loss of proximal policy optimization (Schulman et al., 2017), with a bonus for entropy; adds
 * its gradient to `gradient`.
 *
 * The agents always lag a little behind: they played with older parameters than those that are improved now. `ratio`
 * corrects for that, and the clip stops the gradient once an action's probability has moved further than the old samples
 * support.
 * @param {import('./network.mjs').Network} network
 * @param {Sample[]} samples
 * @param {{ clip: number, entropyBonus: number }} options
 * @param {Float64Array} gradient
 */
export function policyLoss(network, samples, { clip, entropyBonus }, gradient) {
  const logProbabilities = new Float64Array(network.outputs);
  const outputGradient = new Float64Array(network.outputs);
  let loss = 0;
  for (const { observation, action, logProbability, advantage } of samples) {
    logSoftmax(network.forward(observation), logProbabilities);
    const ratio = Math.exp(logProbabilities[action] - logProbability);
    const clipped = Math.min(Math.max(ratio, 1 - clip), 1 + clip);
    const gain = Math.min(ratio * advantage, clipped * advantage);
    const pull = ratio * advantage <= clipped * advantage ? ratio * advantage : 0;

    let entropy = 0;
    for (const value of logProbabilities) entropy -= Math.exp(value) * value;
    loss -= (gain + entropyBonus * entropy) / samples.length;

    for (let i = 0; i < network.outputs; i++) {
      const probability = Math.exp(logProbabilities[i]);
      const towardsAction = (i === action ? 1 : 0) - probability;
      const towardsEntropy = -probability * (logProbabilities[i] + entropy);
      outputGradient[i] = -(pull * towardsAction + entropyBonus * towardsEntropy) / samples.length;
    }
    network.backward(observation, outputGradient, gradient);
  }
  return loss;
}

/**
 * Half the mean squared error of the value network's predictions; adds its gradient to `gradient`.
 * @param {import('./network.mjs').Network} network
 * @param {Sample[]} samples
 * @param {Float64Array} gradient
 */
export function valueLoss(network, samples, gradient) {
  const outputGradient = new Float64Array(1);
  let loss = 0;
  for (const { observation, target } of samples) {
    const error = network.forward(observation)[0] - target;
    loss += (0.5 * error * error) / samples.length;
    outputGradient[0] = error / samples.length;
    network.backward(observation, outputGradient, gradient);
  }
  return loss;
}
