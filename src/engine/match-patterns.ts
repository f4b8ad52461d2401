/** The names that a pattern stands for, in their order: `*` is anything, `?` one character, all else itself. */
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
