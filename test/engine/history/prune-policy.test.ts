import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entriesToPrune } from '../../../src/engine/history/prune-policy.ts';

const now = Date.parse('2026-01-10T00:00:00Z');
const entry = (name: string, ageSeconds: number, bytes = 10) => ({
  name,
  deletedAt: new Date(now - ageSeconds * 1000).toISOString(),
  bytes,
});

const entries = fc
  .array(fc.record({ age: fc.nat(1000), bytes: fc.nat(1000) }), { maxLength: 20 })
  .map((drafts) => drafts.map(({ age, bytes }, index) => entry(`e.${index + 1}`, age, bytes)));
const limits = fc.record(
  { ageSeconds: fc.nat(1000), totalBytes: fc.nat(5000), keepNewest: fc.boolean() },
  { requiredKeys: [] },
);

describe('pruning', () => {
  test('without limits nothing is removed', () => {
    fc.assert(
      fc.property(entries, (all) => {
        expect(entriesToPrune(all, {}, now)).toEqual([]);
      }),
    );
  });

  test('what stays is within the limits, but for the newest where that is wanted', () => {
    fc.assert(
      fc.property(entries, limits, (all, given) => {
        const { ageSeconds, totalBytes, keepNewest } = given;
        const removed = new Set(entriesToPrune(all, given, now));
        const kept = all.filter(({ name }) => !removed.has(name));
        const newest = Math.max(...all.map(({ deletedAt }) => Date.parse(deletedAt)));
        const others = kept.filter(({ deletedAt }) => !keepNewest || Date.parse(deletedAt) < newest);
        for (const { deletedAt } of others) {
          if (ageSeconds !== undefined) expect(now - Date.parse(deletedAt)).toBeLessThan(ageSeconds * 1000);
        }
        const total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
        if (totalBytes !== undefined && !(keepNewest && kept.length === 1))
          expect(total).toBeLessThanOrEqual(totalBytes);
        if (keepNewest && all.length > 0) expect(kept.length).toBeGreaterThan(0);
      }),
    );
  });

  test('nothing stays that is older than something removed', () => {
    fc.assert(
      fc.property(entries, limits, (all, given) => {
        const removed = new Set(entriesToPrune(all, given, now));
        const times = (isRemoved: boolean) =>
          all.filter(({ name }) => removed.has(name) === isRemoved).map(({ deletedAt }) => Date.parse(deletedAt));
        expect(Math.max(...times(true), 0)).toBeLessThanOrEqual(Math.min(...times(false), now));
      }),
    );
  });

  test('pruning again removes nothing more', () => {
    fc.assert(
      fc.property(entries, limits, (all, given) => {
        const removed = new Set(entriesToPrune(all, given, now));
        const kept = all.filter(({ name }) => !removed.has(name));
        expect(entriesToPrune(kept, given, now)).toEqual([]);
      }),
    );
  });

  test('limits of zero remove everything', () => {
    const all = [entry('a.1', 5, 0), entry('a.2', 0, 3)];
    expect(entriesToPrune(all, { totalBytes: 0 }, now).sort()).toEqual(['a.1', 'a.2']);
    expect(entriesToPrune(all, { ageSeconds: 0 }, now).sort()).toEqual(['a.1', 'a.2']);
  });

  test('the oldest go first', () => {
    const all = [entry('a.1', 300), entry('b.1', 200), entry('a.2', 100)];
    expect(entriesToPrune(all, { totalBytes: 20 }, now)).toEqual(['a.1']);
    expect(entriesToPrune(all, { ageSeconds: 150 }, now)).toEqual(['b.1', 'a.1']);
  });
});
