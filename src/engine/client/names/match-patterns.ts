/** The names that match a pattern, in their order: `*` matches any text, `?` one character, all else itself. */
export function matchPatterns(patterns: readonly string[], names: readonly string[]): string[] {
  const expressions = patterns.map((pattern) => {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`);
  });
  return names.filter((name) => expressions.some((expression) => expression.test(name)));
}
