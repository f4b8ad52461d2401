const secondsOf: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 };

/** A duration in a spec. */
export const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

/** Seconds from a number of seconds or `500ms`, `5s`, `2m`, `1h`; undefined if it is neither, or negative. */
export function parseDuration(value: number | string): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  return toSeconds(durationPattern.exec(value));
}

/** Seconds from a duration as users type it: as in a spec, or a bare number of seconds, `90`. */
export function parseTypedDuration(text: string): number | undefined {
  return parseDuration(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);
}

/** Seconds from how long ago something was: as users type a duration, or in days, `2d`. */
export function parseAge(text: string): number | undefined {
  return parseTypedDuration(text) ?? toSeconds(/^(\d+(?:\.\d+)?)(d)$/.exec(text));
}

/** Seconds from a duration as programs written in Go print it: `1m20s`, `1h0m0s`, `1.5s`. */
export function parseGoDuration(text: string): number | undefined {
  const [whole, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text) ?? [];
  return whole ? Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds) : undefined;
}

function toSeconds(match: RegExpExecArray | null): number | undefined {
  const [, amount, unit = ''] = match ?? [];
  const seconds = secondsOf[unit];
  if (amount === undefined || seconds === undefined) return undefined;
  // 0.001 has no exact double: dividing gives the double nearest to the written value.
  const value = unit === 'ms' ? Number(amount) / 1000 : Number(amount) * seconds;
  return Number.isFinite(value) ? value : undefined;
}

const shownUnits = ['d', 'h', 'm'] as const;

/**
 * A duration for people, in a nearly constant width: `0.4s`, `12s`, `3.5m`, `23.2h`, `4.1d`. A negative one, from clocks
 * that differ, is `0s`.
 * @param seconds undefined if the duration is unknown, which gives an empty text
 */
export function formatDuration(seconds: number | undefined): string {
  if (seconds === undefined || Number.isNaN(seconds)) return '';
  const positive = Math.max(0, seconds);
  for (const unit of shownUnits) {
    const size = secondsOf[unit] ?? 1;
    // A value that would round up to 60.0m is an hour.
    if (positive >= size - 0.05 * (size / 60)) return `${(positive / size).toFixed(1)}${unit}`;
  }
  return positive < 1 && positive > 0 ? `${Math.max(0.1, positive).toFixed(1)}s` : `${Math.floor(positive)}s`;
}

/** A duration as a spec may have it, without loss: `10m`, `90s`, `1.5s`, `500ms`. @param seconds at least 0 */
export function formatExactDuration(seconds: number): string {
  const unit = (['h', 'm'] as const).find((name) => seconds > 0 && seconds % (secondsOf[name] ?? 1) === 0);
  if (unit !== undefined) return `${seconds / (secondsOf[unit] ?? 1)}${unit}`;
  return seconds > 0 && seconds < 1 ? `${Number((seconds * 1000).toFixed(3))}ms` : `${seconds}s`;
}

/**
 * Seconds from a time until now, never below zero.
 * @param time in ISO 8601; undefined if it is unknown
 * @param now milliseconds
 * @returns undefined if the time is unknown
 */
export function secondsSince(time: string | undefined, now: number): number | undefined {
  const milliseconds = Date.parse(time ?? '');
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, (now - milliseconds) / 1000);
}

/** How long ago a time was, for people; empty if it is unknown. */
export function formatAge(time: string | undefined, now: number): string {
  return formatDuration(secondsSince(time, now));
}
