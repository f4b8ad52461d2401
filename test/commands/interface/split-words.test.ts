import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitWords } from '../../../src/commands/interface/split-words.ts';

it('words are split at spaces; quotes join, a backslash escapes', () => {
  expect(splitWords('logs -f  learner ')).toEqual(['logs', '-f', 'learner']);
  expect(splitWords(`exec a -- sh -c 'echo "$X"' "a \\"b\\" c" d\\ e''`)).toEqual([
    'exec',
    'a',
    '--',
    'sh',
    '-c',
    'echo "$X"',
    'a "b" c',
    'd e',
  ]);
  expect(splitWords(`'' ""`)).toEqual(['', '']);
  expect(splitWords('')).toEqual([]);
});

it('a quote that is still open ends with the line', () => {
  expect(splitWords("logs 'lear")).toEqual(['logs', 'lear']);
  expect(splitWords('logs "a b')).toEqual(['logs', 'a b']);
  expect(splitWords('logs \\')).toEqual(['logs', '\\']);
});

it('a line is split as a shell splits it', () => {
  const part = fc.constantFrom('a', 'b c', "'x y'", '"p q"', '\\ ', "''", '"\\""', '\\\\', '  ');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const line = parts.join('');
      const script = `set -- ${line.trim() === '' ? '' : line}; for word; do printf '%s\\0' "$word"; done`;
      const { stdout } = spawnSync('/bin/sh', ['-fc', script], { encoding: 'utf8' });
      expect(splitWords(line)).toEqual(stdout.split('\0').slice(0, -1));
    }),
    { numRuns: 40 },
  );
});
