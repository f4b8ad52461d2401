/** Lets callers wait for the next change. */
export class Change {
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @returns {Promise<void>} */
  next() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  notify() {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
