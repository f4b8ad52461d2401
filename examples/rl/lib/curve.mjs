/**
 * The points of a curve, bounded for a run of any length: when there are too many, every second point of the older half is
 * dropped, so that the beginning gets coarser and the newest points all stay.
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
