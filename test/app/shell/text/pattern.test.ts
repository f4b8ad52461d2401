import { describe, expect, it } from 'vitest';
import { matchesPattern, parsePattern } from '../../../../src/app/shell/text/pattern.ts';

describe('parsePattern', () => {
  const matches = (pattern: string, text: string) => {
    const parsed = parsePattern(pattern);
    return parsed !== undefined && matchesPattern(parsed, text);
  };

  it('is case-sensitive only if the pattern has a capital letter', () => {
    expect(matches('error', 'An ERROR')).toBe(true);
    expect(matches('Error', 'an error')).toBe(false);
    expect(matches('\\S+ \\d', 'step 4')).toBe(true);
  });

  it('is inverted by an exclamation mark', () => {
    expect(matches('!error', 'fine')).toBe(true);
    expect(matches('!error', 'error')).toBe(false);
  });

  it('matches a pattern that is not (yet) a regular expression literally', () => {
    expect(parsePattern('loss (')?.literal).toBe(true);
    expect(matches('loss (', 'the loss (mean)')).toBe(true);
  });

  it('is nothing without a source', () => {
    expect(parsePattern('')).toBeUndefined();
    expect(parsePattern('!')).toBeUndefined();
  });
});
