/**
 * The points of a curve, however long the run: when there are too many, every second of the older half goes, so that
 * the beginning stays, a little coarser, and the newest points stay whole.
 * @template T
 */
export class Curve {
  /** @param {number} maxPoints */
  constructor(maxPoints) {
    this.maxPoints = maxPoints;
    /** @type {T[]} */
    this.points = [];
  }

  /** @param {T} point */
  add(point) {
    this.points.push(point);
    if (this.points.length <= this.maxPoints) return;
    const half = this.points.length / 2;
    this.points = this.points.filter((_, i) => i > half || i % 2 === 0);
  }
}
