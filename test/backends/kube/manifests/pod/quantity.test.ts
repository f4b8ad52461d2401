import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatBytes, formatCores, parseQuantity } from '../../../../../src/backends/kube/manifests/pod/quantity.ts';

it('reads every form of a quantity', () => {
  expect(['500m', '2', '0.5', '4Gi', '4G', '1e3', '1E', '15835852Ki', '100n', '-1'].map(parseQuantity)).toEqual([
    0.5,
    2,
    0.5,
    4 * 2 ** 30,
    4e9,
    1000,
    1e18,
    15_835_852 * 1024,
    100 * 1e-9,
    -1,
  ]);
  for (const text of ['', 'much', '4 Gi', '4gi', 'Gi', '0x10', '4Gi4'])
    expect(parseQuantity(text), text).toBeUndefined();
});

it('writes cores to the thousandth, and never zero', () => {
  expect([0.0001, 0.5, 1, 1.5, 2.0004].map(formatCores)).toEqual(['1m', '500m', '1', '1500m', '2']);
});

it('what was written reads back as it was', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 40), (bytes) => {
      expect(parseQuantity(formatBytes(bytes))).toBe(bytes);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (thousandths) => {
      expect(parseQuantity(formatCores(thousandths / 1000))).toBeCloseTo(thousandths / 1000, 9);
    }),
  );
  expect([2 ** 30, 1536 * 2 ** 20, 1000].map(formatBytes)).toEqual(['1Gi', '1536Mi', '1000']);
});
