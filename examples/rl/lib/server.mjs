import net from 'node:net';
import { Channel } from './channel.mjs';

/**
 * @typedef {{
 *   self: string,
 *   log: (line: string) => void,
 *   onJoin?: (channel: Channel) => void,
 *   onMessage?: (message: any, channel: Channel) => void,
 *   onDrain?: (channel: Channel) => void,
 * }} ServerOptions
 */

/** A service that clients connect to: keeps a channel to each, and logs connects and disconnects. */
export class Server {
  /** @type {Set<Channel>} */
  channels = new Set();

  /**
   * @param {string} service
   * @param {ServerOptions} options
   */
  constructor(service, options) {
    this.service = service;
    this.options = options;
    this.server = net.createServer((socket) => this.#accept(socket));
  }

  /**
   * @param {{ host: string, port: number }} address
   * @returns {Promise<void>} rejected if the address is taken
   */
  listen({ host, port }) {
    return new Promise((resolve, reject) => {
      const refuse = (/** @type {Error} */ error) => {
        error.message = `${this.service}: ${error.message}`;
        reject(error);
      };
      this.server.once('error', refuse);
      this.server.listen({ host, port }, () => {
        this.server.off('error', refuse);
        // Later errors concern one connection that could not be accepted, not the service.
        this.server.on('error', (error) => this.options.log(`${this.service}: ${error.message}`));
        this.options.log(`${this.service} listens on ${host}:${port}`);
        resolve();
      });
    });
  }

  /** Ends for good, as soon as everything is sent. */
  async close() {
    this.server.close();
    await Promise.all([...this.channels].map((channel) => channel.finish()));
  }

  /** @param {net.Socket} socket */
  #accept(socket) {
    const { self, log, onJoin, onMessage, onDrain } = this.options;
    // A client that leaves without a greeting is a probe of the port, which is not worth a line.
    const channel = new Channel(socket, {
      self,
      onGreeting: (name) => {
        this.channels.add(channel);
        log(`${this.service}: ${name} joined, ${this.channels.size} connected`);
        onJoin?.(channel);
      },
      onMessage: (message) => onMessage?.(message, channel),
      onDrain: () => onDrain?.(channel),
      onClose: (reason) => {
        if (!this.channels.delete(channel)) return;
        log(`${this.service}: ${channel.peer} left (${reason}), ${this.channels.size} connected`);
      },
    });
  }
}
