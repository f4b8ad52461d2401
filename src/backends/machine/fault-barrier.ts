import { messageOf } from '../../engine/errors.ts';
/**
 * Runs the callbacks, timers and steps of one experiment, so that a throw in one of them reaches neither the supervisor
 * nor another experiment. It is kept as a fault, in words, until the same step succeeds.
 */
export class FaultBarrier {
  readonly #faults = new Map<string, string>();
  readonly #onChange: (fault: string | undefined) => void;

  /** @param onChange called with each new fault in words, and with undefined when a step works again; must not throw */
  constructor(onChange: (fault: string | undefined) => void) {
    this.#onChange = onChange;
  }

  /** What does not work at the moment, in words; undefined if everything does. */
  get reason(): string | undefined {
    const [first, ...others] = this.#faults.values();
    if (first === undefined) return undefined;
    return others.length === 0 ? first : `${first} (and ${others.length} more)`;
  }

  /**
   * Runs a step; what it throws becomes a fault.
   * @param step what is done, in words that follow `Failed:`, such as `checking whether learner is ready`
   * @returns the result, or undefined after a throw
   */
  run<Result>(step: string, action: () => Result): Result | undefined {
    try {
      const result = action();
      this.succeed(step);
      return result;
    } catch (error) {
      this.fail(step, error);
      return undefined;
    }
  }

  /** The same for a step that takes time. The promise never rejects. */
  async runAsync<Result>(step: string, action: () => Promise<Result>): Promise<Result | undefined> {
    try {
      const result = await action();
      this.succeed(step);
      return result;
    } catch (error) {
      this.fail(step, error);
      return undefined;
    }
  }

  /** Notes that a step failed that was not run through the barrier. */
  fail(step: string, error: unknown): void {
    const fault = `${step} failed: ${messageOf(error)}`;
    if (this.#faults.get(step) === fault) return;
    this.#faults.set(step, fault);
    this.#onChange(fault);
  }

  /** Notes that a step works, again or still. */
  succeed(step: string): void {
    if (this.#faults.delete(step)) this.#onChange(undefined);
  }
}
