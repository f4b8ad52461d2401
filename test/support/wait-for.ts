import { setTimeout as delay } from 'node:timers/promises';

export interface WaitForOptions {
  /** Seconds; 30 by default. Generous, because only a failure or a very busy machine takes that long. */
  readonly timeout?: number;
  /** What is waited for, as the end of "Waited 30 s in vain for ...". */
  readonly what?: string;
}

/** Resolves with the first truthy value of the condition. An error counts as not yet, and is the cause of a timeout. */
export async function waitFor<Value>(
  condition: () => Value | Promise<Value>,
  { timeout = 30, what = 'a condition' }: WaitForOptions = {},
): Promise<NonNullable<Value>> {
  const deadline = performance.now() + timeout * 1000;
  let trouble: unknown;
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 200)) {
    try {
      const value = await condition();
      if (value) return value as NonNullable<Value>;
      trouble = undefined;
    } catch (error) {
      trouble = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`Waited ${timeout} s in vain for ${what}.`, trouble === undefined ? {} : { cause: trouble });
    }
    await delay(pause);
  }
}
