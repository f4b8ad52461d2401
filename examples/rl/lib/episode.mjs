import { ACTION_COUNT, MAX_STEPS, OBSERVATION_SIZE } from './cart-pole.mjs';

/**
 * An agent's observations, actions and rewards in one episode. There is one more observation than actions: the last one,
 * after the last action.
 * @typedef {{ observations: number[][], actions: number[], logProbabilities: number[], rewards: number[],
 *   terminated: boolean }} Episode
 */

/**
 * Plays one episode and records it.
 * @param {import('./cart-pole.mjs').CartPole} cartPole
 * @param {import('./policy.mjs').Policy} policy
 * @returns {Episode}
 */
export function playEpisode(cartPole, policy) {
  /** @type {Episode} */
  const episode = {
    observations: [Array.from(cartPole.reset())],
    actions: [],
    logProbabilities: [],
    rewards: [],
    terminated: false,
  };
  for (;;) {
    const { action, logProbability } = policy.sample(cartPole.state);
    const { reward, terminated, truncated } = cartPole.step(action);
    episode.actions.push(action);
    episode.logProbabilities.push(logProbability);
    episode.rewards.push(reward);
    episode.observations.push(Array.from(cartPole.state));
    episode.terminated = terminated;
    if (terminated || truncated) return episode;
  }
}

/**
 * Plays one episode greedily, and returns its total reward.
 * @param {import('./cart-pole.mjs').CartPole} cartPole
 * @param {import('./policy.mjs').Policy} policy
 */
export function playGreedily(cartPole, policy) {
  cartPole.reset();
  let earned = 0;
  for (;;) {
    const { reward, terminated, truncated } = cartPole.step(policy.greedy(cartPole.state));
    earned += reward;
    if (terminated || truncated) return earned;
  }
}

/** @param {Episode} episode */
export function returnOf(episode) {
  return episode.rewards.reduce((sum, reward) => sum + reward, 0);
}

/**
 * Whether a message from the network is an episode, of any learner: one invalid number would spoil the
 * parameters for good.
 * @param {any} message
 * @returns {message is Episode & { run: unknown, version: unknown }}
 */
export function isEpisode(message) {
  const { observations, actions, logProbabilities, rewards, terminated } = message;
  const steps = actions?.length;
  return (
    steps >= 1 &&
    steps <= MAX_STEPS &&
    isList(actions, steps, (action) => Number.isInteger(action) && action >= 0 && action < ACTION_COUNT) &&
    isList(logProbabilities, steps, (value) => Number.isFinite(value) && value <= 0) &&
    isList(rewards, steps, Number.isFinite) &&
    isList(observations, steps + 1, (values) => isList(values, OBSERVATION_SIZE, Number.isFinite)) &&
    typeof terminated === 'boolean'
  );
}

/** @param {unknown} list @param {number} length @param {(item: any) => boolean} isItem */
function isList(list, length, isItem) {
  return Array.isArray(list) && list.length === length && list.every(isItem);
}
