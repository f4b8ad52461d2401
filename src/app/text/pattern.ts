/** What somebody typed as a search or filter, made ready to match with. */
export interface Pattern {
  readonly source: string;
  /** True for `!source`: what does not match is meant. */
  readonly inverse: boolean;
  /** Global; case matters only if the source has a capital letter. */
  readonly expression: RegExp;
  /** True if the source is no valid regular expression and was taken literally. */
  readonly literal: boolean;
}

/** A pattern as a status line shows it: with the word that it was taken literally. */
export function patternText({ source, inverse, literal }: Pattern): string {
  return `${inverse ? '!' : ''}${source}${literal ? ' (as text)' : ''}`;
}

/** Undefined for an empty pattern. A source that is no regular expression (yet, while it is typed) is taken literally. */
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
