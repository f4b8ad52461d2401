import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatYaml } from '../../../src/engine/text/format-yaml.ts';
import { deceptiveTexts } from '../../support/deceptive-texts.ts';

function survives(data: unknown): void {
  const text = formatYaml(data);
  for (const version of ['1.1', '1.2'] as const) expect(parse(text, { version }), `${version}: ${text}`).toEqual(data);
}

it('a text that looks like another type is quoted, as a value and as a key', () => {
  for (const text of deceptiveTexts) {
    survives(text);
    survives({ [text]: text, list: [text] });
  }
  expect(formatYaml({ a: 'yes', b: 'word', c: '1_000', d: 7, e: true, f: null })).toBe(
    'a: "yes"\nb: word\nc: "1_000"\nd: 7\ne: true\nf: null\n',
  );
});

it('control characters and bidirectional overrides are escaped', () => {
  const hostile = 'a\u009b2J\u007fb\u202ec\u2066d\u2028';
  const yaml = formatYaml({ [hostile]: [hostile] });
  expect(yaml).not.toMatch(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
  survives({ [hostile]: [hostile] });
});

it('every text survives readers of version 1.1 and of 1.2', () => {
  const short = fc.string({ unit: fc.constantFrom(...'0123456789_.:-+eExXoObBaAfFyYnNsStTzZ ~=<\n\r\u0085\u2028') });
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), short);
  const key = text.filter((name) => name !== '__proto__');
  fc.assert(
    fc.property(fc.dictionary(key, fc.oneof(text, fc.array(text))), (data) => survives({ ...data })),
    { numRuns: 2_000 },
  );
});

it('does not wrap long lines, and prints a repeated object each time', () => {
  const long = 'word '.repeat(200).trim();
  const twice = { a: 1 };
  expect(formatYaml({ long, one: twice, two: twice })).toBe(`long: ${long}\none:\n  a: 1\ntwo:\n  a: 1\n`);
});
