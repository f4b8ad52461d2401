import type { ResolvedLiveness } from '../spec/resolve/resolved-experiment.ts';
import { formatExactDuration } from './durations.ts';

/** A check that is repeated, as a command or a connection. */
export type RepeatedCheck = Exclude<ResolvedLiveness, { readonly kind: 'silence' }>;

/** Why a run hangs that has written nothing for so long. @param seconds the limit */
export function describeSilence(seconds: number): string {
  return `wrote nothing for ${formatExactDuration(seconds)}`;
}

/** Why a run hangs whose check has failed too often. @param answer of the last check, in words; may be empty */
export function describeFailures(alive: RepeatedCheck, answer: string): string {
  const times = alive.failures === 1 ? '' : ` ${alive.failures} times in a row`;
  const what = alive.kind === 'service' ? `service ${alive.service} did not accept connections` : 'its check failed';
  return `${what}${times}${answer === '' ? '' : `: ${answer}`}`;
}
