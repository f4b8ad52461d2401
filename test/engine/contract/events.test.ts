import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClusterEvent, selectEvents } from '../../../src/engine/contract/events.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const event = (minute: number, id: string): ClusterEvent => ({
  id,
  time: new Date(start + minute * 60_000).toISOString(),
  kind: 'normal',
  reason: 'Ready',
  message: 'ready',
  count: 1,
});

describe('a selection of events', () => {
  test('is ordered by time; events of one time keep their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (minutes) => {
        const events = minutes.map((minute, index) => event(minute, String(index)));
        const selected = selectEvents(events);
        expect(new Set(selected)).toEqual(new Set(events));
        for (const [index, one] of selected.entries()) {
          const before = selected[index - 1];
          if (before === undefined) continue;
          expect(before.time <= one.time).toBe(true);
          if (before.time === one.time) expect(Number(before.id)).toBeLessThan(Number(one.id));
        }
      }),
    );
  });

  test('has the last ones, and those since a time', () => {
    const events = [event(0, 'a'), event(2, 'c'), event(1, 'b'), event(3, 'd')];
    const ids = (options: Parameters<typeof selectEvents>[1]) => selectEvents(events, options).map(({ id }) => id);
    expect(ids({ tail: 2 })).toEqual(['c', 'd']);
    expect(ids({ tail: 0 })).toEqual([]);
    expect(ids({ tail: 9 })).toEqual(['a', 'b', 'c', 'd']);
    expect(ids({ since: new Date(start + 60_000) })).toEqual(['b', 'c', 'd']);
    expect(ids({ since: new Date(start + 60_000), tail: 1 })).toEqual(['d']);
  });
});
