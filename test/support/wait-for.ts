import { setTimeout as delay } from 'node:timers/promises';

export interface WaitForOptions {
  /** Seconds; 30 by default: it is only waited for so long where something is broken, or the machine very busy. */
  readonly timeout?: number;
  /** What is waited for, as the end of "waited in vain for ...". */
  readonly what?: string;
}

/** Resolves with the condition's first truthy value. Whatever it throws counts as not yet, and is told in the end. */
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
