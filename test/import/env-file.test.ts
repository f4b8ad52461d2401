import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseEnvFile } from '../../src/import/env-file.ts';

it('reads what env files have', () => {
  const text = [
    '# comment',
    'A=1',
    ' export B = two words # why',
    "C='single $A # kept'",
    'D="double\\n$A \\$A"',
    'E="two',
    'lines"',
    'F=',
    'G=a#b',
    'H=${A}-${OUTER}',
    'not a variable',
    'I=last',
  ].join('\r\n');
  expect(parseEnvFile(text, { OUTER: 'o' })).toEqual({
    A: '1',
    B: 'two words',
    C: 'single $A # kept',
    D: 'double\n1 $A',
    E: 'two\r\nlines',
    F: '',
    G: 'a#b',
    H: '1-o',
    I: 'last',
  });
});

it('returns what single quotes hold, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      fc.pre(!value.includes("'"));
      expect(parseEnvFile(`A='${value}'\nB=2`)).toEqual({ A: value, B: '2' });
    }),
  );
});
