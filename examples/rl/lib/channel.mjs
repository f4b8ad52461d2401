import { setTimeout as delay } from 'node:timers/promises';
import { BadMessage } from './bad-message.mjs';
import { LineSplitter } from './line-splitter.mjs';

const NAME = /^[\w.-]{1,100}$/;
const MAX_LINE_BYTES = 1024 * 1024;
const HEARTBEAT_MS = 5_000;
const GREETING_LIMIT_MS = 5_000;
const SILENCE_LIMIT_MS = 15_000;
const FINISH_LIMIT_MS = 1_000;

/**
 * @typedef {{
 *   self: string,
 *   onGreeting?: (name: string) => void,
 *   onMessage?: (message: any) => void,
 *   onDrain?: () => void,
 *   onClose?: (reason: string) => void,
 *   maxLineBytes?: number,
 * }} ChannelOptions
 */

/**
 * Messages over one TCP connection, one line of JSON each; the same for both ends. Each end first sends a greeting with
 * its name, because an accepted connection proves little: a proxy also accepts for a program that does not run yet.
 * Later, empty lines serve as heartbeats, because a peer whose machine is gone never closes the connection.
 */
export class Channel {
  /**
   * @param {import('node:net').Socket} socket
   * @param {ChannelOptions} options
   */
  constructor(socket, options) {
    this.socket = socket;
    this.options = options;
    /** The name of the other end, once it greeted. @type {string | undefined} */
    this.peer = undefined;
    this.closed = false;
    this.lastHeard = Date.now();
    this.lines = new LineSplitter(options.maxLineBytes ?? MAX_LINE_BYTES);
    this.heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);

    socket.setNoDelay(true);
    socket.on('data', (/** @type {Buffer} */ piece) => this.#receive(piece));
    socket.on('drain', () => options.onDrain?.());
    socket.on('error', (error) => this.close(reasonOf(error)));
    socket.on('close', () => this.close('it closed the connection'));
    this.send({ hello: options.self });
  }

  /** Whether the other end reads more slowly than this one writes: further messages would fill the memory. */
  get busy() {
    return this.socket.writableNeedDrain;
  }

  /** @param {object} message */
  send(message) {
    if (!this.closed) this.socket.write(`${JSON.stringify(message)}\n`);
  }

  /** Closes at once. @param {string} reason */
  close(reason) {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.heartbeat);
    this.socket.destroy();
    this.options.onClose?.(reason);
  }

  /** Closes as soon as everything is sent, and soon in any case. */
  async finish() {
    /** @type {Promise<void>} */
    const sent = new Promise((resolve) => this.socket.end(() => resolve()));
    await Promise.race([sent, delay(FINISH_LIMIT_MS)]);
    this.close('closed');
  }

  #beat() {
    const silence = Date.now() - this.lastHeard;
    if (silence >= (this.peer ? SILENCE_LIMIT_MS : GREETING_LIMIT_MS)) this.close('no sign of life');
    else if (!this.busy && !this.socket.connecting) this.socket.write('\n');
  }

  /** @param {Buffer} piece */
  #receive(piece) {
    this.lastHeard = Date.now();
    try {
      for (const line of this.lines.push(piece)) {
        if (line !== '') this.#handle(parse(line));
        if (this.closed) return;
      }
    } catch (error) {
      // Everything else is a bug of this program, and must not be hidden.
      if (!(error instanceof BadMessage)) throw error;
      this.close(`it sent ${error.message}`);
    }
  }

  /** @param {any} message */
  #handle(message) {
    if (this.peer !== undefined) return this.options.onMessage?.(message);
    // The name goes into log lines: it must not break them, or send a command to a terminal.
    if (typeof message.hello !== 'string' || !NAME.test(message.hello)) throw new BadMessage('no greeting');
    this.peer = message.hello;
    this.options.onGreeting?.(message.hello);
  }
}

/** @param {string} line */
function parse(line) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    throw new BadMessage('a line that is not JSON');
  }
  if (typeof message !== 'object' || message === null) throw new BadMessage('a line that is not an object');
  return message;
}

/** @param {Error & { code?: string }} error */
function reasonOf(error) {
  return error.code ?? error.message;
}
