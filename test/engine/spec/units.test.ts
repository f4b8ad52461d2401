import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCores, parseDuration, parsePortRange, parseSize } from '../../../src/engine/spec/units.ts';

describe('parseDuration', () => {
  it('reads seconds in every unit', () => {
    const read = ['500ms', '5s', '2m', '1h', '1.5h', '0s', 0.25, 3].map((value) => parseDuration(value));
    expect(read).toEqual([0.5, 5, 120, 3600, 5400, 0, 0.25, 3]);
  });

  it('refuses everything else', () => {
    const wrong = [
      '',
      '5',
      's',
      '-1s',
      '5 s',
      '5S',
      '1h30m',
      '1e3s',
      'Infinitys',
      '.5s',
      '5s\n',
      -1,
      Number.NaN,
      Infinity,
    ];
    for (const value of wrong) expect(parseDuration(value)).toBeUndefined();
  });

  it('is consistent across units', () => {
    fc.assert(
      fc.property(fc.nat(10_000), (amount) => {
        expect(parseDuration(`${amount}s`)).toBe(amount);
        expect(parseDuration(`${amount * 1000}ms`)).toBe(amount);
        expect(parseDuration(`${amount}m`)).toBe(parseDuration(`${amount * 60}s`));
        expect(parseDuration(`${amount}h`)).toBe(parseDuration(`${amount * 60}m`));
      }),
    );
  });
});

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

describe('parsePortRange', () => {
  it('reads first and last', () => {
    expect(parsePortRange('7000-8999')).toEqual([7000, 8999]);
    for (const text of ['', '7000', '7000-', '-1', '7000 - 8999', '7000-8999-9000', 'a-b']) {
      expect(parsePortRange(text)).toBeUndefined();
    }
  });
});
