import { expect, test } from 'vitest';
import { commandLine, escapeFormat, quoteWord } from '../../../src/backends/tmux/quote.ts';

test('words are quoted, and formats and dates are escaped', () => {
  expect(quoteWord("it's $HOME;")).toBe("'it'\\''s $HOME;'");
  expect(commandLine('a', 'b c')).toBe("'a' 'b c'\n");
  expect(escapeFormat('#S %d')).toBe('##S %%d');
});
