import { messageOf } from '../../../engine/contract/errors.ts';
/**
 * Runs the callbacks, timers and steps of one experiment, so that an exception in one of them affects neither the
 * supervisor nor another experiment. The exception is recorded as a fault, in words, until the same step succeeds.
 */
export class FaultBarrier {
  readonly #faults = new Map<string, string>();
  readonly #onChange: (fault: string | undefined) => void;

  /** @param onChange called with each new fault in words, and with undefined when a step works again; must not throw */
  constructor(onChange: (fault: string | undefined) => void) {
    this.#onChange = onChange;
  }

  /** The current faults, in words; undefined if there are none. */
  get reason(): string | undefined {
    const [first, ...others] = this.#faults.values();
    if (first === undefined) return undefined;
    return others.length === 0 ? first : `${first} (and ${others.length} more)`;
  }

  /**
   * Runs a step; an exception becomes a fault.
   * @param step describes the step; the fault reads `STEP failed: MESSAGE`, as in `checking whether learner is ready
   *   failed: …`
   * @returns the result, or undefined after an exception
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

  /** Like `run`, for an asynchronous step. The promise never rejects. */
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

  /** Records the failure of a step that did not run through the barrier. */
  fail(step: string, error: unknown): void {
    const fault = `${step} failed: ${messageOf(error)}`;
    if (this.#faults.get(step) === fault) return;
    this.#faults.set(step, fault);
    this.#onChange(fault);
  }

  /** Records that a step works. */
  succeed(step: string): void {
    if (this.#faults.delete(step)) this.#onChange(undefined);
  }
}
