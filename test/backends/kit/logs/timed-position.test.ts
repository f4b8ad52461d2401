import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimedLine } from '../../../../src/backends/kit/logs/timed-lines.ts';
import { TimedPosition, toSecond } from '../../../../src/backends/kit/logs/timed-position.ts';

const start = Date.parse('2026-11-23T09:00:00Z');
/** In the kubelet's format, with nanoseconds. */
const time = (nanoseconds: number) =>
  `${new Date(start + Math.floor(nanoseconds / 1e6)).toISOString().slice(0, 20)}${String(nanoseconds % 1e9).padStart(9, '0')}Z`;

/** The API server's answer for a log from a time on, in whole seconds. */
function since(log: readonly TimedLine[], sinceTime: string): readonly TimedLine[] {
  return log.filter(({ time }) => toSecond(time) >= sinceTime);
}

function resume(read: readonly TimedLine[], answer: (sinceTime: string) => readonly TimedLine[], batch = 7) {
  const position = new TimedPosition();
  for (const line of read) position.note(line);
  const resumed = position.resume();
  if (resumed === undefined) throw new Error('Nothing was read.');
  const lines = answer(resumed.sinceTime);
  const taken: TimedLine[] = [];
  for (let from = 0; from < lines.length; from += batch)
    taken.push(...resumed.unread.take(lines.slice(from, from + batch)));
  return [...taken, ...resumed.unread.rest()];
}

/** Lines with almost increasing times, some of them identical. */
const log = fc
  .array(fc.record({ step: fc.integer({ min: -2_000_000, max: 400_000_000 }), text: fc.constantFrom('', 'a', 'b') }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((steps) => {
    let now = 1e9;
    return steps.map(({ step, text }): TimedLine => {
      now = Math.max(now + step, 1);
      return { time: time(now), text };
    });
  });

const coarse = (second: number) => toSecond(new Date(start + second * 1000));

/** Lines with times in whole seconds, of two streams that can be a second apart. */
const coarseLog = fc
  .array(fc.record({ step: fc.nat(2), late: fc.nat(1), text: fc.constantFrom('', 'a', 'b') }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((steps) => {
    let now = 10;
    return steps.map(({ step, late, text }): TimedLine => {
      // Most lines share their second with others.
      now += step === 2 ? 1 : 0;
      return { time: coarse(now - late), text };
    });
  });

/** Whether a line identical to the last one read stands before the lines `from`..`to`, or among them but apart. */
function isAmbiguous(lines: readonly TimedLine[], from: number, to: number): boolean {
  const isLast = (line: TimedLine | undefined) => line?.time === lines[to]?.time && line?.text === lines[to]?.text;
  let first = to;
  while (first > from && isLast(lines[first - 1])) first -= 1;
  return lines.slice(0, first).some(isLast);
}

describe('reading goes on after the last line that was read', () => {
  it('wherever reading began and stopped', () => {
    fc.assert(
      fc.property(log, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 9 }), (lines, a, b, batch) => {
        const [from, to] = [a % lines.length, b % lines.length].sort((x, y) => x - y) as [number, number];
        const read = lines.slice(from, to + 1);
        const unread = lines.slice(to + 1);
        const resumed = resume(read, (sinceTime) => since(lines, sinceTime), batch);
        // Lines of one moment with one text cannot be told apart: if another one precedes those that were read last,
        // lines repeat, but none is lost.
        if (isAmbiguous(lines, from, to)) expect(resumed.slice(resumed.length - unread.length)).toEqual(unread);
        else expect(resumed).toEqual(unread);
      }),
    );
  });

  it('exactly, where a server knows whole seconds only', () => {
    fc.assert(
      fc.property(coarseLog, fc.nat(), fc.integer({ min: 1, max: 9 }), (lines, a, batch) => {
        const to = a % lines.length;
        const resumed = resume(lines.slice(0, to + 1), (sinceTime) => since(lines, sinceTime), batch);
        expect(resumed).toEqual(lines.slice(to + 1));
      }),
    );
  });

  it('exactly, after more lines of a second than are held', () => {
    const lines = Array.from({ length: 40_000 }, (_, index) => ({ time: coarse(5), text: `${index % 3}` }));
    expect(resume(lines.slice(0, 35_000), () => lines, 512)).toEqual(lines.slice(35_000));
  });

  it('after the last line if lines of its second before it are gone', () => {
    const lines = ['a', 'b', 'c', 'd', 'e'].map((text) => ({ time: coarse(5), text }));
    expect(resume(lines.slice(0, 4), () => lines.slice(2))).toEqual(lines.slice(4));
  });

  it('with all lines of the same second if the last one is gone', () => {
    const lines = ['a', 'b', 'c'].map((text) => ({ time: coarse(5), text }));
    expect(resume(lines.slice(0, 1), () => lines.slice(1))).toEqual(lines.slice(1));
  });

  it('with several identical lines of one moment', () => {
    const same = { time: time(5), text: 'x' };
    const lines = [same, same, same, same];
    expect(resume(lines.slice(0, 2), () => lines)).toEqual([same, same]);
  });

  it('with the existing lines if the last one is gone', () => {
    const read = [{ time: time(1e9), text: 'gone' }];
    const left = [
      { time: time(1e9 + 5), text: 'of the same second' },
      { time: time(9e9), text: 'later' },
    ];
    expect(resume(read, () => left)).toEqual(left);
    expect(resume(read, () => left.slice(0, 1))).toEqual(left.slice(0, 1));
  });

  it('from the beginning if nothing was read', () => {
    expect(new TimedPosition().resume()).toBeUndefined();
  });
});
