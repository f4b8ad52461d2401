const bars = '▁▂▃▄▅▆▇█';

/**
 * A small bar chart of a history, newest value at the right.
 * @param values of any number; the last `width` are rendered
 * @param full the value of a full bar, unless a value is higher
 */
export function sparkline(values: readonly number[], width: number, full = 0): string {
  const shown = values.slice(-width);
  const highest = Math.max(full, ...shown);
  const line = shown
    .map((value) => (highest <= 0 ? 0 : Math.round((Math.max(0, value) / highest) * (bars.length - 1))))
    .map((level) => bars[level])
    .join('');
  return line.padStart(width, ' ');
}
