import { Server } from './server.mjs';

/**
 * Serves the newest parameters: a client gets them when it connects, and each newer version as it appears. A slow client
 * skips versions, and gets the newest once it has read the last.
 */
export class ParameterServer {
  /** @param {{ self: string, log: (line: string) => void }} options */
  constructor(options) {
    /** @type {{ run: string, version: number, parameters: number[] } | undefined} */
    this.newest = undefined;
    /** @type {WeakMap<import('./channel.mjs').Channel, number>} */
    this.sentVersions = new WeakMap();
    this.server = new Server('parameter-server', {
      ...options,
      onJoin: (channel) => this.#send(channel),
      onDrain: (channel) => this.#send(channel),
    });
  }

  /** @param {{ run: string, version: number, parameters: Float64Array }} newest */
  publish({ run, version, parameters }) {
    this.newest = { run, version, parameters: Array.from(parameters) };
    for (const channel of this.server.channels) this.#send(channel);
  }

  /** @param {import('./channel.mjs').Channel} channel */
  #send(channel) {
    if (!this.newest || channel.busy || this.sentVersions.get(channel) === this.newest.version) return;
    this.sentVersions.set(channel, this.newest.version);
    channel.send(this.newest);
  }
}
