import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderText } from '../../../src/commands/help/render-text.ts';

it('terms stand beside their meanings, and a long term above its own', () => {
  const long = 'A_VERY_LONG_VARIABLE, ANOTHER_LONG_ONE';
  const terms = [
    ['0', 'It is done, and there is more to say about it.'],
    [long, 'Much.'],
  ] as const;
  expect(renderText([{ heading: 'Codes' }, { terms }, { example: 'a\n  b' }], 60).split('\n')).toEqual([
    'Codes:',
    '',
    `  0${' '.repeat(29)}  It is done, and there is`,
    `${' '.repeat(34)}more to say about it.`,
    `  ${long}`,
    `${' '.repeat(34)}Much.`,
    '',
    '  a',
    '    b',
    '',
  ]);
});

it('no line is wider than the width, and no word is lost', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 20, max: 100 }),
      (words, width) => {
        const lines = renderText([{ text: words.join(' ') }], width)
          .trimEnd()
          .split('\n');
        expect(lines.flatMap((line) => line.split(' '))).toEqual(words);
        expect(lines.filter((line) => line.length > width)).toEqual([]);
      },
    ),
  );
});
