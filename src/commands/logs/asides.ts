/** Writes that are not log lines, while logs are printed: they must not end up within what a terminal draws anew. */
export class Asides {
  #around: ((write: () => void) => void) | undefined;

  /** @param around calls a write where it does no harm; undefined once nothing is drawn */
  attach(around: ((write: () => void) => void) | undefined): void {
    this.#around = around;
  }

  run(write: () => void): void {
    if (this.#around === undefined) write();
    else this.#around(write);
  }
}
