import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDuration } from '../../src/engine/text/durations.ts';
import { parseSize } from '../../src/engine/text/quantities.ts';
import { parseImportedDuration, parseImportedSize } from '../../src/import/quantities.ts';

it.each([
  ['1m30s', '90s'],
  ['10', '10s'],
  ['1h', '1h'],
  ['500ms', '500ms'],
  ['soon', undefined],
  ['-1s', undefined],
])('%s is the duration %s', (given, wanted) => {
  expect(parseImportedDuration(given)).toBe(wanted);
});

it.each([
  ['64m', '64Mi'],
  ['64mb', '64Mi'],
  ['1.5G', '1.5Gi'],
  ['2kib', '2Ki'],
  ['1000', '1000'],
  ['100b', '100'],
  ['much', undefined],
])('%s is the size %s', (given, wanted) => {
  expect(parseImportedSize(given)).toBe(wanted);
});

it('gives only what a spec can have', () => {
  const amount = fc.double({ min: 0, max: 1e6, noNaN: true }).map((number) => String(Number(number.toFixed(3))));
  fc.assert(
    fc.property(
      amount,
      fc.constantFrom('ms', 's', 'm', 'h', 'd'),
      fc.constantFrom('', 'k', 'M', 'gb', 'TiB'),
      (number, unit, size) => {
        const [duration, bytes] = [parseImportedDuration(number + unit), parseImportedSize(number + size)];
        if (duration !== undefined) expect(parseDuration(duration)).toBeTypeOf('number');
        if (bytes !== undefined) expect(parseSize(bytes)).toBeTypeOf('number');
      },
    ),
  );
});
