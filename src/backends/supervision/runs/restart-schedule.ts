import { boundedUntil } from '../../../engine/rules/restart-policy.ts';

/** Schedules restarts. Processes that come due while others are being started are started together afterwards. */
export class RestartSchedule {
  readonly #onDue: (keys: readonly string[]) => Promise<void>;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #due = new Set<string>();
  #isRunning = false;

  /** `onDue` receives the keys of processes that are due; it must not throw. */
  constructor(onDue: (keys: readonly string[]) => Promise<void>) {
    this.#onDue = onDue;
  }

  /** @param until ISO 8601; a time in the past means now */
  add(key: string, until: string | undefined): void {
    this.cancel(key);
    const delay = Math.max(0, Date.parse(boundedUntil(until, Date.now())) - Date.now());
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.#due.add(key);
      void this.#run();
    }, delay);
    this.#timers.set(key, timer);
  }

  cancel(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#due.delete(key);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#due.clear();
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#due.size > 0) {
      const keys = [...this.#due];
      this.#due.clear();
      await this.#onDue(keys);
    }
    this.#isRunning = false;
  }
}
