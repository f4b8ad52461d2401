/** A range of characters of the text without its SGR sequences; `end` is exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Marker {
  readonly on: string;
  readonly off: string;
}

const parts = /\x1b\[[\d:;]*m|[^\x1b]+|\x1b/g;

/**
 * Highlights parts of a text that may have its own colours. A sequence inside a highlighted part may reset everything, so
 * the marker is set again after it.
 * @param ranges in order, not overlapping
 */
export function highlight(text: string, ranges: readonly Range[], markerOf: (index: number) => Marker): string {
  if (ranges.length === 0) return text;
  let result = '';
  let offset = 0;
  let next = 0;
  let active: Marker | undefined;
  for (const [part] of text.matchAll(parts)) {
    if (part.startsWith('\x1b')) {
      result += active === undefined ? part : part + active.on;
      continue;
    }
    let rest = part;
    while (rest !== '') {
      const range = ranges[next];
      const boundary = range === undefined ? Number.POSITIVE_INFINITY : active === undefined ? range.start : range.end;
      const taken = rest.slice(0, boundary - offset);
      result += taken;
      offset += taken.length;
      rest = rest.slice(taken.length);
      if (offset < boundary) break;
      if (active === undefined) {
        active = markerOf(next);
        result += active.on;
      } else {
        result += active.off;
        active = undefined;
        next += 1;
      }
    }
  }
  return active === undefined ? result : result + active.off;
}

/** Finds the matches of a pattern, at most `limit`. The pattern must be global; empty matches are skipped. */
export function findRanges(plain: string, pattern: RegExp, limit = 1000): Range[] {
  const ranges: Range[] = [];
  // A global expression keeps the position of its last match.
  pattern.lastIndex = 0;
  for (const match of plain.matchAll(pattern)) {
    if (match[0] === '') continue;
    ranges.push({ start: match.index, end: match.index + match[0].length });
    if (ranges.length >= limit) break;
  }
  return ranges;
}
