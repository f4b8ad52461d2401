const units = [
  { suffix: 'd', seconds: 86_400 },
  { suffix: 'h', seconds: 3_600 },
  { suffix: 'm', seconds: 60 },
] as const;

/** A duration for tables, in a nearly constant width: `0.4s`, `12s`, `3.5m`, `23.2h`, `4.1d`. */
export function formatDuration(seconds: number): string {
  const positive = Math.max(0, seconds);
  for (const unit of units) {
    // A value that would round up to 60.0m is an hour.
    if (positive >= unit.seconds - 0.05 * (unit.seconds / 60))
      return `${(positive / unit.seconds).toFixed(1)}${unit.suffix}`;
  }
  return positive < 1 && positive > 0 ? `${Math.max(0.1, positive).toFixed(1)}s` : `${Math.floor(positive)}s`;
}

/** Seconds between an ISO time and now, never below zero. */
export function secondsSince(time: string, now: number): number {
  return Math.max(0, (now - Date.parse(time)) / 1000);
}
