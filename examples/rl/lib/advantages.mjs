/**
 * How much better each step of an episode went than the value network predicted (generalized advantage estimation,
 * Schulman et al., 2015), and the values that the network should have predicted.
 *
 * `values` has one number more than there are rewards: the value of the last observation. An episode that failed earns
 * nothing more, so that value counts as 0; one whose time was over would have gone on, so its predicted value counts.
 * @param {{ rewards: ArrayLike<number>, values: ArrayLike<number>, terminated: boolean }} episode
 * @param {{ discount: number, trace: number }} options
 */
export function estimateAdvantages({ rewards, values, terminated }, { discount, trace }) {
  const advantages = new Float64Array(rewards.length);
  const targets = new Float64Array(rewards.length);
  let advantage = 0;
  for (let step = rewards.length - 1; step >= 0; step--) {
    const isLast = step === rewards.length - 1;
    const following = isLast && terminated ? 0 : values[step + 1];
    const surprise = rewards[step] + discount * following - values[step];
    advantage = surprise + discount * trace * advantage;
    advantages[step] = advantage;
    targets[step] = advantage + values[step];
  }
  return { advantages, targets };
}

/**
 * Shifts advantages to a mean of 0 and scales them to a deviation of 1, in place. The deviation counts as `floor` at
 * least: once the predictions are good, only noise is left, and scaled to full size it would undo what was learned.
 * @param {Float64Array} advantages
 * @param {number} floor
 */
export function normalize(advantages, floor) {
  const mean = advantages.reduce((sum, value) => sum + value, 0) / advantages.length;
  const variance = advantages.reduce((sum, value) => sum + (value - mean) ** 2, 0) / advantages.length;
  const deviation = Math.max(Math.sqrt(variance), floor);
  for (let i = 0; i < advantages.length; i++) advantages[i] = (advantages[i] - mean) / deviation;
  return advantages;
}
