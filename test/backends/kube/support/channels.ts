import type { Duplex, Readable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

export interface ChannelReader {
  /** Resolves once the data is consumed; until then the server reads nothing else, as wsstream does. */
  input(bytes: Buffer): Promise<void>;
  inputEnd(): void;
  resize(size: { readonly Width: number; readonly Height: number }): void;
  gone(): void;
}

/** The server's side of the numbered channels. */
export class Channels {
  readonly #web: WebSocket;
  readonly #socket: Duplex;

  constructor(web: WebSocket, socket: Duplex) {
    this.#web = web;
    this.#socket = socket;
    // Shows the client that the connection is open.
    if (this.speaksV5) web.send(Buffer.from([1]));
  }

  get speaksV5(): boolean {
    return this.#web.protocol === 'v5.channel.k8s.io';
  }

  read(reader: ChannelReader): void {
    let reading = Promise.resolve();
    let queued = 0;
    this.#web.on('message', (data: RawData) => {
      const [channel, bytes] = [(data as Buffer)[0], (data as Buffer).subarray(1)];
      if (channel === 0) {
        queued++;
        this.#web.pause();
        reading = reading.then(async () => {
          await reader.input(bytes);
          queued--;
          if (queued === 0) this.#web.resume();
        });
      } else if (channel === 4) reader.resize(JSON.parse(bytes.toString()));
      else if (channel === 255 && this.speaksV5 && bytes[0] === 0) reading.then(() => reader.inputEnd());
    });
    this.#web.once('close', () => reader.gone());
  }

  /** Passes output on in pieces of 32 KiB, as io.Copy does; the writer waits for the network. */
  async copy(channel: number, output: Readable): Promise<void> {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      for (let from = 0; from < chunk.length; from += 32 * 1024) {
        await this.send(channel, chunk.subarray(from, from + 32 * 1024));
      }
    }
  }

  send(channel: number, bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#web.send(Buffer.concat([Buffer.from([channel]), bytes]), () => resolve());
    });
  }

  async end(status: object): Promise<void> {
    await this.send(3, Buffer.from(JSON.stringify({ metadata: {}, ...status })));
    // Newer servers let the client close; older ones close at once, whatever they have not read.
    if (this.speaksV5) this.#web.resume();
    this.#web.close(1000);
    if (!this.speaksV5) (this.#socket as Duplex & { destroySoon(): void }).destroySoon();
  }
}
