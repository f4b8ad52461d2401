import { BadMessage } from './bad-message.mjs';
import { Curve } from './curve.mjs';

const MAX_POINTS = 2000;
const MAX_SOURCES = 1000;
const FIELDS = {
  training: ['meanReturn', 'updates', 'episodes', 'steps', 'agents'],
  evaluation: ['meanReturn', 'lowest', 'highest', 'version'],
};

/** @typedef {{ time: number, run: string } & Record<string, number | string>} Point */

/** The reward curves, assembled from the reporters' points. */
export class Rewards {
  constructor() {
    /** @type {{ training: Curve<Point>, evaluation: Curve<Point> }} */
    this.curves = { training: new Curve(MAX_POINTS), evaluation: new Curve(MAX_POINTS) };
    /** The number of the last point from each source: a reporter that reconnects resends all its points. */
    this.lastNumbers = new Map();
  }

  /**
   * Takes a reporter's message, and returns the points that are new.
   * @param {any} message
   */
  add({ series, run, points }) {
    if (!Object.hasOwn(FIELDS, series) || typeof run !== 'string' || !Array.isArray(points)) {
      throw new BadMessage('something that is no part of a curve');
    }
    const name = /** @type {keyof typeof FIELDS} */ (series);
    const source = `${name}/${run}`;
    const now = Date.now();
    const added = [];
    for (const sent of points) {
      const point = pick(sent, ['number', 'age', ...FIELDS[name]]);
      if (point.number <= (this.lastNumbers.get(source) ?? 0)) continue;
      this.#remember(source, point.number);
      const { number, age, ...numbers } = point;
      added.push({ time: Math.round(now - age * 1000), run, ...numbers });
    }
    for (const point of added) this.curves[name].add(point);
    return { series: name, points: added };
  }

  toJSON() {
    return { training: this.curves.training.points, evaluation: this.curves.evaluation.points };
  }

  /** @param {string} source @param {number} number */
  #remember(source, number) {
    this.lastNumbers.set(source, number);
    if (this.lastNumbers.size > MAX_SOURCES) this.lastNumbers.delete(this.lastNumbers.keys().next().value);
  }
}

/** @param {any} sent @param {string[]} fields @returns {Record<string, number>} */
function pick(sent, fields) {
  return Object.fromEntries(
    fields.map((field) => {
      if (!Number.isFinite(sent?.[field])) throw new BadMessage(`a point without ${field}`);
      return [field, sent[field]];
    }),
  );
}
