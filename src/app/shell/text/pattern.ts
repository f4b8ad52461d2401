/** A search or filter that the user typed, compiled. */
export interface Pattern {
  readonly source: string;
  /** True for `!source`, which selects what does not match. */
  readonly inverse: boolean;
  /** Global; case-sensitive only if the source has a capital letter. */
  readonly expression: RegExp;
  /** True if the source is not a valid regular expression and is matched literally. */
  readonly literal: boolean;
}

/** A pattern for the status line, which says if it is matched literally. */
export function patternText({ source, inverse, literal }: Pattern): string {
  return `${inverse ? '!' : ''}${source}${literal ? ' (as text)' : ''}`;
}

/** Undefined for an empty pattern. A source that is not a regular expression, or not yet one, is matched literally. */
export function parsePattern(text: string): Pattern | undefined {
  const inverse = text.startsWith('!');
  const source = inverse ? text.slice(1) : text;
  if (source === '') return undefined;
  const flags = /\p{Lu}/u.test(source.replace(/\\./g, '')) ? 'g' : 'gi';
  try {
    return { source, inverse, expression: new RegExp(source, flags), literal: false };
  } catch {
    const escaped = source.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return { source, inverse, expression: new RegExp(escaped, flags), literal: true };
  }
}

export function matchesPattern(pattern: Pattern, plain: string): boolean {
  pattern.expression.lastIndex = 0;
  return pattern.expression.test(plain) !== pattern.inverse;
}
