/**
 * How far a log was read, so that reading can go on after a lost connection. The API server takes a time to the second
 * alone: what was read of that second is counted, and passed over when it comes again.
 */
export class LogPosition {
  #second = -1;
  #count = 0;
  #hasRead = false;

  get hasRead(): boolean {
    return this.#hasRead;
  }

  /** Notes a line that was read. */
  note(time: string): void {
    this.#hasRead = true;
    const second = Math.floor(Date.parse(time) / 1000);
    if (second > this.#second) {
      this.#second = second;
      this.#count = 0;
    }
    // One of an earlier second comes late from the other output, and will not be sent again.
    if (second === this.#second) this.#count += 1;
  }

  /** From where to ask, and how many lines of that to pass over. */
  resume(): { readonly sinceTime: string; readonly skip: number } {
    return { sinceTime: new Date(this.#second * 1000).toISOString().replace('.000', ''), skip: this.#count };
  }
}
