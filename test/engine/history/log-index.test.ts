import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeTimes, encodeTimes, parseLogIndex } from '../../../src/engine/history/log-index.ts';

const steps = fc.array(fc.record({ time: fc.nat(10_000), offset: fc.nat(10_000) }), { maxLength: 50 });
const marksOf = (pairs: readonly { time: number; offset: number }[]) => {
  let [time, offset] = [1_700_000_000_000, 0];
  return pairs.map((step) => {
    time += step.time;
    offset += step.offset;
    return { time, offset };
  });
};

describe('times of a log', () => {
  test('are what they were after encoding', () => {
    fc.assert(
      fc.property(steps, (pairs) => {
        expect(decodeTimes(encodeTimes(marksOf(pairs)))).toEqual(marksOf(pairs));
      }),
    );
  });

  test('of very many marks keep some of them, the last included', () => {
    const marks = marksOf(Array.from({ length: 30_000 }, () => ({ time: 1000, offset: 10 })));
    const kept = decodeTimes(encodeTimes(marks));
    expect(kept.length).toBeLessThan(6_000);
    expect(kept.at(-1)).toEqual(marks.at(-1));
    const known = new Set(marks.map(({ time, offset }) => `${time} ${offset}`));
    expect(kept.filter(({ time, offset }) => !known.has(`${time} ${offset}`))).toEqual([]);
  });
});

describe('a damaged index', () => {
  test('never throws, and gives logs whose places are known', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const { offset, length } of parseLogIndex(text).values())
          expect(offset + length).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('keeps the bytes of a log whose runs and times are unreadable', () => {
    const text = JSON.stringify({
      a: { offset: 0, length: 5, starts: 'x', times: [null], dropped: -1 },
      b: { offset: -1, length: 5 },
      c: null,
    });
    expect([...parseLogIndex(text)]).toEqual([['a', { offset: 0, length: 5, starts: [], times: [], dropped: 0 }]]);
  });
});
