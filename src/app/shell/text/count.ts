const format = new Intl.NumberFormat('en-US');

/** A whole number with separators: `15,001`. */
export function formatCount(count: number): string {
  return format.format(count);
}

/** `1 line`, `15,001 lines`. */
export function formatLines(count: number): string {
  return count === 1 ? '1 line' : `${formatCount(count)} lines`;
}
