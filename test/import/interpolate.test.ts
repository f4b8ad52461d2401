import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeVariables, interpolate } from '../../src/import/interpolate.ts';

const variables = { A: 'one', EMPTY: '', B: 'two' };

function run(text: string) {
  const used = { known: new Set<string>(), unknown: new Set<string>() };
  return { text: interpolate(text, variables, used), used };
}

it.each([
  ['$A-${B}', 'one-two'],
  ['$$A ${A}$', '$A one$'],
  ['${X:-y} ${EMPTY:-y} ${EMPTY-y}', 'y y '],
  ['${X:-${B}} ${X:-a$$b}', 'two a$b'],
  ['${A:+set} ${X:+set} ${EMPTY+set}', 'set  set'],
  ['${A:?missing} ${X:?missing}', 'one '],
  ['$X.', '.'],
  ['$5 ${ ${1}', '$5 ${ ${1}'],
])('%s is %s', (given, wanted) => {
  expect(run(given).text).toBe(wanted);
});

it('names the variables that were used, and those that were not set', () => {
  expect(describeVariables(run('${B}$A ${X} ${Y:-1} ${Z:+1}').used)).toEqual([
    'These variables have the values that they had at the import: A, B.',
    'These variables were not set, and are empty here: X.',
  ]);
});

it('keeps text without dollar signs, and doubled ones as one', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(run(text.replaceAll('$', '$$$$')).text).toBe(text);
    }),
  );
});
