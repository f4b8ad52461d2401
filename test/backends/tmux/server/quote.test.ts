import { expect, test } from 'vitest';
import { escapeFormat, tmuxCommand } from '../../../../src/backends/tmux/server/quote.ts';

test('words are quoted, and formats and dates are escaped', () => {
  expect(tmuxCommand('a', "it's $HOME;")).toBe("'a' 'it'\\''s $HOME;'\n");
  expect(escapeFormat('#S %d')).toBe('##S %%d');
});
