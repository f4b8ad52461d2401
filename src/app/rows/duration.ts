import { formatDuration as format } from '../../engine/format-duration.ts';

/** A duration as lists show it; empty if it is not known. */
export function formatDuration(seconds: number | undefined): string {
  return seconds === undefined || Number.isNaN(seconds) ? '' : format(Math.max(0, Math.floor(seconds)));
}

/** Seconds from an ISO time until now; undefined if the time is not known. */
export function secondsSince(time: string | undefined, now: number): number | undefined {
  return time === undefined ? undefined : (now - Date.parse(time)) / 1000;
}
