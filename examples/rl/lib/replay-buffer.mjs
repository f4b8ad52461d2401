import { Change } from './change.mjs';

/**
 * The episodes that wait to be learned from. If they arrive faster than the learner learns, the oldest are dropped: the
 * newest are more useful, and neither memory nor the time of one update may grow with the number of agents.
 */
export class ReplayBuffer {
  /** @param {number} maxSteps */
  constructor(maxSteps) {
    this.maxSteps = maxSteps;
    /** @type {import('./episode.mjs').Episode[]} */
    this.episodes = [];
    this.steps = 0;
    this.added = new Change();
  }

  /** @param {import('./episode.mjs').Episode} episode */
  add(episode) {
    this.episodes.push(episode);
    this.steps += episode.actions.length;
    while (this.steps > this.maxSteps) {
      const oldest = this.episodes.shift();
      this.steps -= oldest?.actions.length ?? 0;
    }
    this.added.notify();
  }

  /**
   * Returns and removes all episodes, once they have this many steps.
   * @param {number} steps
   */
  async take(steps) {
    while (this.steps < steps) await this.added.next();
    const { episodes } = this;
    this.episodes = [];
    this.steps = 0;
    return episodes;
  }
}
