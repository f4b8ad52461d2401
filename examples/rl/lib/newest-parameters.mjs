import { BadMessage } from './bad-message.mjs';
import { Change } from './change.mjs';
import { Connector } from './connector.mjs';
import { addressOf } from './environment.mjs';
import { createPolicyNetwork } from './policy.mjs';

/**
 * One version of the learner's policy; `run` distinguishes lives of the learner, each of which counts versions from 0.
 * @typedef {{ run: string, version: number, network: import('./network.mjs').Network }} Parameters
 */

/** Follows the parameter server. While disconnected there are no parameters, because the next learner starts from scratch. */
export class NewestParameters {
  /** @param {{ self: string, log: (line: string) => void }} options */
  constructor(options) {
    /** @type {Parameters | undefined} */
    this.current = undefined;
    this.arrived = new Change();
    this.connector = new Connector('parameter-server', addressOf('parameter-server'), {
      ...options,
      onMessage: (message) => this.#receive(message),
      onLost: () => {
        this.current = undefined;
      },
    });
  }

  /**
   * Resolves with the newest parameters once they differ from `known`.
   * @param {Parameters} [known]
   */
  async get(known) {
    while (!this.current || this.current === known) await this.arrived.next();
    return this.current;
  }

  /** @param {any} message */
  #receive({ run, version, parameters }) {
    const network = createPolicyNetwork();
    const isWhole =
      Array.isArray(parameters) && parameters.length === network.size && parameters.every(Number.isFinite);
    if (typeof run !== 'string' || !Number.isInteger(version) || !isWhole) throw new BadMessage('no parameters');
    network.parameters.set(parameters);
    this.current = { run, version, network };
    this.arrived.notify();
  }
}
