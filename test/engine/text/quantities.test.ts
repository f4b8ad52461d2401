import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatCores, parseCores, parseSize } from '../../../src/engine/text/quantities.ts';

describe('parseSize', () => {
  it('reads bytes in every unit', () => {
    const read = ['512', '1k', '1K', '4G', '1Ki', '512Mi', '1.5Gi', '2T', '1Ti', 0, 7].map((value) => parseSize(value));
    expect(read).toEqual([512, 1000, 1000, 4e9, 1024, 2 ** 29, 1.5 * 2 ** 30, 2e12, 2 ** 40, 0, 7]);
  });

  it('refuses everything else', () => {
    for (const value of ['', 'Gi', '-1', '4GB', '4 G', '4g', '1ki', '99999999T', -1, 0.5, Number.NaN, 2 ** 60]) {
      expect(parseSize(value)).toBeUndefined();
    }
  });

  it('gives whole bytes, and is monotonic', () => {
    const amount = fc.nat(1_000_000).map((thousandths) => thousandths / 1000);
    fc.assert(
      fc.property(amount, amount, fc.constantFrom('', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi'), (a, b, unit) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((value) => parseSize(`${value}${unit}`) ?? Number.NaN);
        expect(Number.isSafeInteger(low)).toBe(true);
        expect(low).toBeLessThanOrEqual(high ?? Number.NaN);
      }),
    );
  });
});

describe('parseCores', () => {
  it('reads cores and thousandths of them', () => {
    expect(['0.5', '500m', '2', 1.5, '1500m'].map((value) => parseCores(value))).toEqual([0.5, 0.5, 2, 1.5, 1.5]);
    for (const value of ['', 'm', '1M', '-1', '1 m', -1, Infinity]) expect(parseCores(value)).toBeUndefined();
  });
});

describe('formatBytes', () => {
  it.for([
    [0, '0 B'],
    [17, '17 B'],
    [1_000, '1000 B'],
    [1_023.6, '1 KiB'],
    [1.5 * 2 ** 20, '1.5 MiB'],
    [99.96 * 2 ** 20, '100 MiB'],
    [512 * 2 ** 20, '512 MiB'],
    [1.25 * 2 ** 30, '1.3 GiB'],
    [3 * 2 ** 50, '3 PiB'],
    [5_000 * 2 ** 50, '5000 PiB'],
    [undefined, ''],
  ] as const)('%s bytes are %s', ([bytes, text]) => expect(formatBytes(bytes)).toBe(text));

  it('is short, and off by at most a twentieth', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.integer({ min: 0, max: 18 }), (amount, shift) => {
        const bytes = amount * 2 ** shift;
        const text = formatBytes(bytes);
        expect(text).toMatch(/^\d{1,4}(\.\d)? ([KMGTP]i)?B$/);
        expect(text.length).toBeLessThanOrEqual(8);
        const shown = parseSize(text.replace(' ', '').replace(/B$/, '')) ?? Number.NaN;
        expect(Math.abs(shown - bytes)).toBeLessThanOrEqual(bytes / 20);
      }),
    );
  });
});

describe('formatCores', () => {
  it.for([
    [0, '0.00'],
    [0.123, '0.12'],
    [3.1, '3.10'],
    [9.999, '10.0'],
    [12.52, '12.5'],
    [99.99, '100'],
    [128, '128'],
    [undefined, ''],
  ] as const)('%s cores are %s', ([cores, text]) => expect(formatCores(cores)).toBe(text));
});
