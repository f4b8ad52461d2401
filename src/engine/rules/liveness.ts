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

/** The times at which an observer was at work, who does not look at runs each time. */
export interface ObservedTime {
  /** Milliseconds since 1970: when it began. */
  readonly begun: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Milliseconds of a clock that is never set. */
  readonly clock: number;
  /** The times of which nothing is known, oldest first, in milliseconds since 1970. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}

/** A difference between two clocks that says nothing, in milliseconds. */
const toleratedMilliseconds = 5_000;
/** The number of gaps that are kept; older ones count as observed. */
const maxGaps = 50;

/**
 * Notes that an observer is at work. To be called every `silenceLookMilliseconds`: the rest of a longer interval was not
 * observed, nor was one in which the clock was set forward.
 */
export function observeTime(
  before: ObservedTime | undefined,
  { now, clock }: Omit<SilenceLook, 'lastOutput'>,
): ObservedTime {
  if (before === undefined) return { begun: now, now, clock, gaps: [] };
  const observed = Math.min(Math.max(0, clock - before.clock), countedMilliseconds);
  const gap = { from: before.now, to: now - observed };
  const gaps = gap.to - gap.from > toleratedMilliseconds ? [...before.gaps, gap].slice(-maxGaps) : before.gaps;
  return { ...before, now, clock, gaps };
}

/**
 * For how many milliseconds a run has been silent, as far as that was observed. The time before the observer began counts,
 * less a grace: an observer that was just started finds whatever the runs write now first.
 * @param limit seconds of silence at which the run hangs
 * @param lastOutput milliseconds since 1970: when it wrote last, or its start
 */
export function observedSilence(limit: number, observed: ObservedTime, lastOutput: number): number {
  const most = Math.max(0, limit * 1000 - graceMilliseconds);
  return Math.min(observedSince(observed, lastOutput), most + observedSince(observed, observed.begun));
}

function observedSince({ now, gaps }: ObservedTime, time: number): number {
  const unknown = gaps.reduce((sum, { from, to }) => sum + Math.max(0, to - Math.max(from, time)), 0);
  return Math.max(0, now - time - unknown);
}

/**
 * Judges the silence of a run.
 * @param limit seconds
 * @returns why it hangs, in words; or the milliseconds until the next look is due
 */
export function judgeSilence(
  limit: number,
  { milliseconds }: Pick<Silence, 'milliseconds'>,
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
