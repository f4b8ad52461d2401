import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCommand, quoteWord } from '../../../src/engine/text/format-command.ts';

describe('formatCommand', () => {
  it('quotes what a shell would read otherwise', () => {
    expect(formatCommand('echo "$HOME" && ls')).toBe('echo "$HOME" && ls');
    expect(formatCommand(['python', '-m', 'a.b', '--lr=1e-3'])).toBe('python -m a.b --lr=1e-3');
    expect(formatCommand(['a', '--b=c', '', 'd e'])).toBe("a --b=c '' 'd e'");
    expect(formatCommand(['echo', "it's", '$HOME', '*', '~'])).toBe("echo 'it'\\''s' '$HOME' '*' '~'");
    expect(formatCommand(['A=1', 'B=2'])).toBe("'A=1' B=2");
    expect(formatCommand(['if', 'then'])).toBe("'if' then");
  });

  it('gives a shell the same words again', () => {
    // A shell holds no text with NUL or half a surrogate pair.
    const word = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...`'"\\$\`~#&|;<>(){}[]*?!=%^ \t\n-abA1`) }),
      fc.constantFrom('if', 'then', 'A=1', '!', '{', '-n', '~', 'é', '漢字'),
    );
    const legal = word.filter((text) => !text.includes('\0') && text.isWellFormed());
    fc.assert(
      fc.property(fc.array(legal, { minLength: 1, maxLength: 6 }), (words) => {
        // The function prints each argument with a NUL behind it; a first word is passed as one, so that no program is run.
        const [first = '', ...others] = words;
        const script = `show() { for word; do printf '%s\\0' "$word"; done; }\nshow ${quoteWord(first)} ${formatCommand(['x', ...others]).slice(2)}`;
        const output = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
        expect(output.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 50 },
    );
  });

  it('names the same program where the first word is a word of the shell', () => {
    for (const program of ['if', 'done', 'A=1', 'no-such-program', "it's", 'a b']) {
      // A shell says which program it did not find.
      const run = () => execFileSync('/bin/sh', ['-c', formatCommand([program, 'x'])], { stdio: 'pipe' });
      expect(run).toThrow(expect.objectContaining({ status: 127, stderr: expect.anything() }));
    }
  });
});
