import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatTimeMark,
  offsetSince,
  parseTimeMarks,
  TimeLookup,
} from '../../../../../src/backends/supervision/keeper/logs/log-position.ts';

describe('time marks', () => {
  const steps = fc.array(
    fc.record({ time: fc.integer({ min: 1, max: 50 }), offset: fc.integer({ min: 1, max: 50 }) }),
    { maxLength: 30 },
  );
  const toMarks = (list: readonly { time: number; offset: number }[]) => {
    let [time, offset] = [0, 0];
    return list.map((step) => {
      time += step.time;
      offset += step.offset;
      return { time, offset };
    });
  };

  test('everything after the offset of a time was written after that time', () => {
    fc.assert(
      fc.property(steps, fc.nat(1500), (list, time) => {
        const marks = toMarks(list);
        const offset = offsetSince(marks, time);
        for (const mark of marks) expect(mark.offset <= offset).toBe(mark.time < time);
      }),
    );
  });

  test('a byte has the time of the first measurement after it', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat(1500)), (list, offsets) => {
        const marks = toMarks(list);
        const times = new TimeLookup(marks);
        for (const offset of offsets) expect(times.at(offset)).toBe(marks.find((mark) => mark.offset > offset)?.time);
      }),
    );
  });

  test('damaged lines are skipped', () => {
    const text = `${formatTimeMark({ time: 1.4, offset: 2 })}garbage\n3 x\n\0\0\n${formatTimeMark({ time: 5, offset: 6 })}7 `;
    expect(parseTimeMarks(text)).toEqual([
      { time: 1, offset: 2 },
      { time: 5, offset: 6 },
    ]);
  });
});
