const HEARTBEAT_MS = 15_000;
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/**
 * The browsers that show the page: each holds one response open, which streams new points (server-sent events).
 */
export class Viewers {
  /** @type {Set<import('node:http').ServerResponse>} */
  responses = new Set();

  /** @param {(line: string) => void} log */
  constructor(log) {
    this.log = log;
    // Proxies close connections that are silent for long.
    setInterval(() => this.#write(':\n\n'), HEARTBEAT_MS);
  }

  /** @param {import('node:http').ServerResponse} response @param {object} snapshot */
  add(response, snapshot) {
    this.responses.add(response);
    this.log(`a viewer came, ${this.responses.size} watching`);
    response.on('close', () => {
      this.responses.delete(response);
      this.log(`a viewer left, ${this.responses.size} watching`);
    });
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(eventOf('snapshot', snapshot));
  }

  /** @param {string} event @param {object} data */
  send(event, data) {
    this.#write(eventOf(event, data));
  }

  /** @param {string} text */
  #write(text) {
    for (const response of this.responses) {
      // A viewer that no longer reads (a sleeping laptop) is disconnected, and gets a snapshot when it reconnects.
      if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
      else response.write(text);
    }
  }
}

/** @param {string} event @param {object} data */
function eventOf(event, data) {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
