import { formatDuration as format } from '../../../engine/text/format-duration.ts';

/** A duration for lists; empty if unknown. */
export function formatDuration(seconds: number | undefined): string {
  return seconds === undefined || Number.isNaN(seconds) ? '' : format(Math.max(0, Math.floor(seconds)));
}

/** Seconds from an ISO time until `now`, which is in milliseconds; undefined if the time is unknown. */
export function secondsSince(time: string | undefined, now: number): number | undefined {
  return time === undefined ? undefined : (now - Date.parse(time)) / 1000;
}
