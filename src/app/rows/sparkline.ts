const bars = '▁▂▃▄▅▆▇█';

/**
 * A small history, newest at the right.
 * @param values as many as are known; the last `width` are drawn
 * @param full the value that fills a bar; the highest value if that is more
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
