import { SymphonyError } from '../../engine/contract/errors.ts';
import { parseAge, parseTypedDuration } from '../../engine/text/durations.ts';

/** Seconds from the value of `--timeout`: `90`, `500ms`, `5s`, `2m`, `1h`. @throws SymphonyError `usage` */
export function durationOption(flag: string, text: string): number {
  const seconds = parseTypedDuration(text);
  if (seconds === undefined) {
    throw new SymphonyError(
      'usage',
      `${flag} is ${JSON.stringify(text)}; it takes seconds, or a duration such as 500ms, 5s, 2m or 1h.`,
    );
  }
  return seconds;
}

/** A time from the value of `--since`: a duration before now, or a time in ISO 8601. @throws SymphonyError `usage` */
export function sinceOption(text: string, now: number): Date {
  const age = parseAge(text);
  if (age !== undefined) return new Date(now - age * 1000);
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new SymphonyError(
      'usage',
      `--since is ${JSON.stringify(text)}; it takes how long ago (5m, 1h, 2d) or a time (2026-01-31T12:00:00Z).`,
    );
  }
  return new Date(time);
}

/** A whole number from the value of an option. @throws SymphonyError `usage` */
export function countOption(flag: string, text: string): number {
  if (!/^\d+$/.test(text))
    throw new SymphonyError('usage', `${flag} is ${JSON.stringify(text)}; it takes a whole number.`);
  return Number(text);
}
