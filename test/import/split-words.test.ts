import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitCommand } from '../../src/import/split-words.ts';

it.each([
  ['python -m  http.server', ['python', '-m', 'http.server']],
  [`a "b c" 'd "e"' f\\ g`, ['a', 'b c', 'd "e"', 'f g']],
  [`x="1 2"y ''`, ['x=1 2y', '']],
  ['"say \\"hi\\" \\n"', ['say "hi" \\n']],
  ['  ', []],
])('%s', (text, words) => {
  expect(splitCommand(text)).toEqual(words);
});

it('knows a quote that is not closed', () => {
  expect(splitCommand('echo "a')).toBeUndefined();
  expect(splitCommand("it's")).toBeUndefined();
});

it('gives quoted words back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
      const line = words.map((word) => `'${word.replaceAll("'", `'"'"'`)}'`).join(' ');
      expect(splitCommand(line)).toEqual(words);
    }),
  );
});
