import { Connector } from './connector.mjs';
import { Curve } from './curve.mjs';
import { addressOf } from './environment.mjs';

const MAX_POINTS = 1000;

/**
 * Sends the points of a curve to the service `metrics`. It keeps them all and resends them to a dashboard that
 * restarts, so the dashboard needs no storage.
 */
export class Reporter {
  /**
   * @param {{ series: 'training' | 'evaluation', run: string }} source
   * @param {{ self: string, log: (line: string) => void }} options
   */
  constructor(source, options) {
    this.source = source;
    this.count = 0;
    /** The number of the last point that was sent to this dashboard. */
    this.sent = 0;
    /** @type {Curve<{ number: number, at: number, numbers: Record<string, number> }>} */
    this.curve = new Curve(MAX_POINTS);
    this.connector = new Connector('metrics', addressOf('metrics'), {
      ...options,
      onConnect: () => {
        this.sent = 0;
      },
      onDrain: () => this.#flush(),
    });
  }

  /** @param {Record<string, number>} numbers */
  report(numbers) {
    this.curve.add({ number: ++this.count, at: Date.now(), numbers });
    this.#flush();
  }

  close() {
    return this.connector.close();
  }

  #flush() {
    if (!this.connector.ready || this.sent === this.count) return;
    const now = Date.now();
    const points = this.curve.points.filter(({ number }) => number > this.sent);
    this.sent = this.count;
    this.connector.send({
      ...this.source,
      // An age instead of a time, because the clocks of two machines differ.
      points: points.map(({ number, at, numbers }) => ({ number, age: (now - at) / 1000, ...numbers })),
    });
  }
}
