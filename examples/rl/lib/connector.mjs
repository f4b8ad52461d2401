import net from 'node:net';
import { Change } from './change.mjs';
import { Channel } from './channel.mjs';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 3_000;
// A connection that ends sooner than this counts as one more failed attempt.
const HEALTHY_MS = 5_000;

/**
 * @typedef {{
 *   self: string,
 *   log: (line: string) => void,
 *   onConnect?: () => void,
 *   onLost?: () => void,
 *   onMessage?: (message: any) => void,
 *   onDrain?: () => void,
 * }} ConnectorOptions
 */

/**
 * A connection to a service that may start later, and may stop and restart at any time. It retries with a growing delay,
 * and logs each change once.
 */
export class Connector {
  /**
   * @param {string} service
   * @param {{ host: string, port: number }} address
   * @param {ConnectorOptions} options
   */
  constructor(service, address, options) {
    this.service = service;
    this.address = address;
    this.options = options;
    this.closed = false;
    this.attempts = 0;
    /** The last logged state, so that no line is repeated. @type {'nothing' | 'waiting' | 'connected' | 'lost'} */
    this.told = 'nothing';
    this.becameReady = new Change();
    this.connectedAt = 0;
    this.channel = this.#connect();
  }

  get connected() {
    return !this.closed && !this.channel.closed && this.channel.peer !== undefined;
  }

  /** Whether a message can be sent, and the other end keeps up with what was sent before. */
  get ready() {
    return this.connected && !this.channel.busy;
  }

  /** Resolves as soon as it is ready. */
  async whenReady() {
    while (!this.ready) await this.becameReady.next();
  }

  /** Sends if connected, otherwise the message is dropped. @param {object} message */
  send(message) {
    if (this.connected) this.channel.send(message);
  }

  /** Ends for good, as soon as everything is sent. */
  async close() {
    const { connected } = this;
    this.closed = true;
    clearTimeout(this.retry);
    if (connected) await this.channel.finish();
    else this.channel.close('closed');
  }

  #connect() {
    return new Channel(net.connect(this.address), {
      self: this.options.self,
      onGreeting: () => this.#greeted(),
      onMessage: this.options.onMessage,
      onDrain: () => this.#becameReady(),
      onClose: (reason) => this.#lost(reason),
    });
  }

  #greeted() {
    this.connectedAt = Date.now();
    this.#tell('connected', `${this.told === 'lost' ? 'regained' : 'connected to'} ${this.#where}`);
    this.options.onConnect?.();
    this.#becameReady();
  }

  #becameReady() {
    this.options.onDrain?.();
    this.becameReady.notify();
  }

  /** @param {string} reason */
  #lost(reason) {
    if (this.closed) return;
    if (this.told === 'connected') {
      if (Date.now() - this.connectedAt >= HEALTHY_MS) this.attempts = 0;
      this.#tell('lost', `lost ${this.service} (${reason}), connecting again`);
      this.options.onLost?.();
    } else if (this.told === 'nothing') {
      this.#tell('waiting', `waiting for ${this.#where} (${reason})`);
    }
    const delay = Math.min(FIRST_DELAY_MS * 2 ** this.attempts++, LONGEST_DELAY_MS);
    // A random delay, so that a hundred agents do not reconnect in the same instant.
    this.retry = setTimeout(
      () => {
        this.channel = this.#connect();
      },
      delay * (0.75 + Math.random() / 2),
    );
  }

  /** @param {'waiting' | 'connected' | 'lost'} what @param {string} line */
  #tell(what, line) {
    this.told = what;
    this.options.log(line);
  }

  get #where() {
    return `${this.service} at ${this.address.host}:${this.address.port}`;
  }
}
