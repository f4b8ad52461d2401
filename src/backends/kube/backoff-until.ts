import type { TerminatedState } from './pod-json.ts';

/**
 * When a container that crashed will be started again: `back-off 20s restarting failed container=…` counts from its end.
 * @returns an ISO time, or undefined if it cannot be told
 */
export function backoffUntil(message: string | undefined, ended: TerminatedState | undefined): string | undefined {
  const finished = Date.parse(ended?.finishedAt ?? '');
  const seconds = goDuration(/back-off (\S+) restarting/.exec(message ?? '')?.[1] ?? '');
  if (Number.isNaN(finished) || seconds === undefined) return undefined;
  return new Date(finished + seconds * 1000).toISOString();
}

/** A container that ended for the first time is started again as soon as its node looks after it, about a second later. */
export function firstRestart(ended: TerminatedState): string | undefined {
  const finished = Date.parse(ended.finishedAt ?? '');
  return Number.isNaN(finished) ? undefined : new Date(finished + 1000).toISOString();
}

/** Seconds of a duration as Go writes it: `1m20s`. */
function goDuration(text: string): number | undefined {
  const [whole, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text) ?? [];
  return whole === undefined || whole === ''
    ? undefined
    : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
