import { describeFailures, describeSilence, type RepeatedCheck } from '../text/describe-hang.ts';

/** The longest time between two looks at a run that writes nothing, in milliseconds. */
export const silenceLookMilliseconds = 5_000;
/** The shortest time between two looks: a shorter one may be lost in the rounding of a clock, which then never advances. */
const minLookMilliseconds = 1;
/**
 * The part of a longer interval between two looks that counts. What happened in the rest is unknown: the machine was
 * suspended, or the observer was stopped.
 */
const countedMilliseconds = 3 * silenceLookMilliseconds;
/** A new observer watches a run for this long before it counts as hanging. */
const graceMilliseconds = 10_000;

/** How long a run has written nothing, as far as that was observed. */
export interface Silence {
  /** Milliseconds since 1970: when it wrote last, or its start. */
  readonly lastOutput: number;
  readonly milliseconds: number;
  /** When it was observed last, in milliseconds of a clock that is never set. */
  readonly clock: number;
}

/** What one look at a run shows. */
export interface SilenceLook {
  /** Milliseconds since 1970: when it wrote last, or its start. Undefined if that cannot be known. */
  readonly lastOutput: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Milliseconds of a clock that is never set. */
  readonly clock: number;
}

/**
 * Counts for how long a run has been silent. Only observed time counts, so that neither a suspended machine nor a clock
 * that is set ends a run. The first look of an observer takes over the time since the last output, less a grace.
 * @param limit seconds of silence at which the run hangs
 */
export function countSilence(limit: number, before: Silence | undefined, look: SilenceLook): Silence {
  const { now, clock, lastOutput = before?.lastOutput ?? now } = look;
  const sinceOutput = Math.max(0, now - lastOutput);
  if (before === undefined) {
    const most = Math.max(0, limit * 1000 - graceMilliseconds);
    return { lastOutput, clock, milliseconds: Math.min(sinceOutput, most) };
  }
  const observed = Math.min(Math.max(0, clock - before.clock), countedMilliseconds);
  if (look.lastOutput === undefined) return { lastOutput, clock, milliseconds: before.milliseconds };
  if (lastOutput !== before.lastOutput) return { lastOutput, clock, milliseconds: Math.min(sinceOutput, observed) };
  return { lastOutput, clock, milliseconds: before.milliseconds + observed };
}

/**
 * Judges the silence of a run.
 * @param limit seconds
 * @returns why it hangs, in words; or the milliseconds until the next look is due
 */
export function judgeSilence(
  limit: number,
  { milliseconds }: Silence,
): { readonly hangs: string } | { readonly nextLook: number } {
  const left = limit * 1000 - milliseconds;
  if (left <= 0) return { hangs: describeSilence(limit) };
  return { nextLook: Math.min(Math.max(left, minLookMilliseconds), silenceLookMilliseconds) };
}

/**
 * Judges a run after a check of it.
 * @param failures failed checks in a row before this one
 * @param answer why the check failed, in words; null if it succeeded; undefined if it could not be made
 * @returns the failed checks in a row, and why the run hangs, in words, if it does. The count then starts over.
 */
export function judgeCheck(
  alive: RepeatedCheck,
  failures: number,
  answer: string | null | undefined,
): { readonly failures: number; readonly hangs?: string } {
  if (answer === undefined) return { failures };
  if (answer === null) return { failures: 0 };
  if (failures + 1 < alive.failures) return { failures: failures + 1 };
  return { failures: 0, hangs: describeFailures(alive, answer) };
}
