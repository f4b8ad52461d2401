import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimedLogLine } from '../../../src/engine/history/archived-log.ts';
import { mergeLogs } from '../../../src/engine/history/merge-logs.ts';

const line = (name: string, text: string, time: number): TimedLogLine => ({
  line: { group: null, name, run: 1, kind: 'line', text },
  time,
});

describe('merged logs', () => {
  test('have every line once, each log in order, and ascend in time', () => {
    const log = fc.array(fc.nat(20)).map((times) => times.sort((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(log, { maxLength: 5 }), (logs) => {
        const timed = logs.map((times, index) => times.map((time, at) => line(`p${index}`, `${at} ${time}`, time)));
        const merged = [...mergeLogs(timed.map((lines) => lines.values()))].flat();
        for (const [index, lines] of timed.entries()) {
          const own = merged.filter(({ name }) => name === `p${index}`).map(({ text }) => text);
          expect(own).toEqual(lines.map(({ line }) => line.text));
        }
        const times = merged.map(({ text }) => Number(text.split(' ')[1]));
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });

  test('close every log when the reader stops early', () => {
    const closed: string[] = [];
    function* endless(name: string): Generator<TimedLogLine> {
      try {
        for (let time = 0; ; time += 1) yield line(name, `${time}`, time);
      } finally {
        closed.push(name);
      }
    }
    for (const batch of mergeLogs([endless('a'), endless('b')])) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    expect(closed.sort()).toEqual(['a', 'b']);
  });
});
