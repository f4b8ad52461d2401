/** From and to, in characters of the text without its SGR sequences. */
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
 * Lights parts of a text that may have colours of its own: a sequence inside a lit part may reset everything, so the marker
 * is set again after it.
 * @param ranges in order, not overlapping
 */
export function highlight(text: string, ranges: readonly Range[], markerOf: (index: number) => Marker): string {
  if (ranges.length === 0) return text;
  let result = '';
  let offset = 0;
  let next = 0;
  let lit: Marker | undefined;
  for (const [part] of text.matchAll(parts)) {
    if (part.startsWith('\x1b')) {
      result += lit === undefined ? part : part + lit.on;
      continue;
    }
    let rest = part;
    while (rest !== '') {
      const range = ranges[next];
      const boundary = range === undefined ? Number.POSITIVE_INFINITY : lit === undefined ? range.start : range.end;
      const taken = rest.slice(0, boundary - offset);
      result += taken;
      offset += taken.length;
      rest = rest.slice(taken.length);
      if (offset < boundary) break;
      if (lit === undefined) {
        lit = markerOf(next);
        result += lit.on;
      } else {
        result += lit.off;
        lit = undefined;
        next += 1;
      }
    }
  }
  return lit === undefined ? result : result + lit.off;
}

/** Where a pattern is found. The pattern must be global; empty matches are passed over. */
export function findRanges(plain: string, pattern: RegExp, limit = 1000): Range[] {
  const ranges: Range[] = [];
  // A global expression remembers where it was last used.
  pattern.lastIndex = 0;
  for (const match of plain.matchAll(pattern)) {
    if (match[0] === '') continue;
    ranges.push({ start: match.index, end: match.index + match[0].length });
    if (ranges.length >= limit) break;
  }
  return ranges;
}
