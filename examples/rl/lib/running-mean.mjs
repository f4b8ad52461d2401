/** The mean of the newest numbers. */
export class RunningMean {
  /** @param {number} size */
  constructor(size) {
    this.size = size;
    /** @type {number[]} */
    this.numbers = [];
  }

  /** @param {number} number */
  add(number) {
    this.numbers.push(number);
    if (this.numbers.length > this.size) this.numbers.shift();
  }

  get count() {
    return this.numbers.length;
  }

  get value() {
    return this.numbers.reduce((sum, number) => sum + number, 0) / this.numbers.length;
  }
}
