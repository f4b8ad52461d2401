import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isIgnored,
  mayHaveExceptions,
  parseIgnoreRules,
} from '../../../../../src/backends/docker/images/build/ignore-rules.ts';

function ignored(file: string, ...paths: readonly string[]): readonly string[] {
  const rules = parseIgnoreRules(file);
  return paths.filter((path) => isIgnored(rules, path));
}

/** Each with the paths that it leaves out of these. */
const paths = ['a', 'a.log', 'b/a', 'b/a.log', 'b/c/a.log', 'ab', 'b/c/d', '.git/config', 'b[1]'];

it.each([
  ['a', ['a']],
  ['/a', ['a']],
  ['./a/', ['a']],
  ['b/../a', ['a']],
  ['*.log', ['a.log']],
  ['*/*.log', ['b/a.log']],
  ['**/*.log', ['a.log', 'b/a.log', 'b/c/a.log']],
  ['b', ['b/a', 'b/a.log', 'b/c/a.log', 'b/c/d']],
  ['b/**/a.log', ['b/a.log', 'b/c/a.log']],
  ['b/**', ['b/a', 'b/a.log', 'b/c/a.log', 'b/c/d']],
  ['a?', ['ab']],
  ['a[a-c]', ['ab']],
  ['a[^a-c]', []],
  ['b\\[1\\]', ['b[1]']],
  ['b*', ['b/a', 'b/a.log', 'b/c/a.log', 'b/c/d', 'b[1]']],
  ['**', paths],
  ['.git', ['.git/config']],
  ['.', []],
  ['# a', []],
  [' a ', ['a']],
  ['\uFEFFa\r\n\n*.log\r\n', ['a', 'a.log']],
  ['**\n!b/c', ['a', 'a.log', 'b/a', 'b/a.log', 'ab', '.git/config', 'b[1]']],
  ['*.log\n!a.log', []],
  ['!a.log\n*.log', ['a.log']],
  ['b\n!b/*.log\nb/a.*', ['b/a', 'b/a.log', 'b/c/a.log', 'b/c/d']],
])('%j leaves out %j', (file, expected) => {
  expect(ignored(file, ...paths)).toEqual(expected);
});

it.each(['!', 'a[b', 'x\n! '])('%j is refused', (file) => {
  expect(() => parseIgnoreRules(file)).toThrow(SyntaxError);
});

describe('for any file and path', () => {
  const part = fc.stringMatching(/^[a-c.]{1,3}$/).filter((text) => !/^\.+$/.test(text));
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const pattern = fc
    .array(fc.oneof(part, fc.constantFrom('*', '**', 'a*', '?', '[a-b]')), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('/'));
  const line = fc.tuple(fc.boolean(), pattern).map(([isException, text]) => `${isException ? '!' : ''}${text}`);
  const file = fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\n'));

  it('the last line that fits decides', () => {
    fc.assert(
      fc.property(file, path, (text, own) => {
        expect(ignored(`${text}\n${own}`, own)).toEqual([own]);
        expect(ignored(`${text}\n!${own}`, own)).toEqual([]);
      }),
    );
  });

  it('without exceptions, what is in an ignored folder is ignored', () => {
    fc.assert(
      fc.property(fc.array(pattern), path, part, (patterns, folder, name) => {
        fc.pre(ignored(patterns.join('\n'), folder).length > 0);
        expect(ignored(patterns.join('\n'), `${folder}/${name}`)).toHaveLength(1);
      }),
    );
  });

  it('an ignored folder is searched if anything in it is included again', () => {
    const names = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const wild = fc.array(fc.constantFrom('a', 'b', '*', '**', '?'), { minLength: 1, maxLength: 4 });
    const exceptions = fc
      .array(wild, { minLength: 1 })
      .map((all) => all.map((parts) => `!${parts.join('/')}`).join('\n'));
    let found = 0;
    fc.assert(
      fc.property(fc.constantFrom('**', 'a', '*/b'), exceptions, names, names, (first, text, folder, rest) => {
        const rules = parseIgnoreRules(`${first}\n${text}`);
        if (!isIgnored(rules, folder) || isIgnored(rules, `${folder}/${rest}`)) return;
        found++;
        expect(mayHaveExceptions(rules, folder)).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(found).toBeGreaterThan(0);
  });
});

it('a folder is not searched for exceptions elsewhere', () => {
  const rules = parseIgnoreRules('**\n!src/lib/*.py\n!docs');
  expect(
    ['src', 'src/lib', 'src/other', 'node_modules', 'docs/old'].map((each) => mayHaveExceptions(rules, each)),
  ).toEqual([true, true, false, false, false]);
});
