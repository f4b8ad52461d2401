import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogLine } from '../../../src/engine/contract/logs.ts';
import { LogCollector } from '../../../src/engine/history/collect-log.ts';
import { decodeTimes } from '../../../src/engine/history/log-index.ts';

const line = (text: string, run = 1, time?: string): LogLine => ({
  group: null,
  name: 'main',
  run,
  kind: 'line',
  text,
  ...(time === undefined ? {} : { time }),
});
const textOf = (collector: LogCollector) => Buffer.concat([...collector.chunks()]).toString();

describe('a collected log', () => {
  test('is the end of what was written, within the limit, and counts what it dropped', () => {
    const texts = fc.array(
      fc.string({ maxLength: 30 }).map((text) => text.replaceAll('\n', ' ')),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(
        texts,
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.integer({ min: 1, max: 3 })),
        (all, limit, runs) => {
          const ascending = all.map((_, index) => runs.slice(0, index).length + 1);
          const collector = new LogCollector(limit);
          collector.take(all.map((text, index) => line(text, ascending[index])));
          const whole = all.map((text) => `${text}\n`).join('');
          const kept = textOf(collector);
          expect(whole.endsWith(kept)).toBe(true);
          const { dropped, starts } = collector.content();
          expect(dropped + Buffer.byteLength(kept)).toBe(Buffer.byteLength(whole));
          expect(starts.every(([, offset]) => offset === 0 || kept[offset - 1] === '\n')).toBe(true);
        },
      ),
    );
  });

  test('is at most as large as its limit, but for one piece', () => {
    const collector = new LogCollector(1024 * 1024);
    for (let count = 0; count < 400; count += 1) collector.take([line('x'.repeat(10_000))]);
    const bytes = Buffer.byteLength(textOf(collector));
    expect(bytes).toBeLessThanOrEqual(1024 * 1024);
    expect(bytes).toBeGreaterThan(900 * 1024);
  });

  test('knows where runs begin and when lines were written', () => {
    const collector = new LogCollector(1000);
    const [first, second] = ['2026-01-01T00:00:01Z', '2026-01-01T00:00:02Z'];
    const marker = { ...line('run 1 ended; run 2 begins', 2), kind: 'restart' } as const;
    collector.take([line('a', 1, first), line('b', 1, first), marker, line('c', 2, second)]);
    const { starts, times } = collector.content();
    expect(textOf(collector)).toBe('a\nb\nc\n');
    expect(starts).toEqual([
      [1, 0],
      [2, 4],
    ]);
    expect(decodeTimes(times)).toEqual([
      { time: Date.parse(first), offset: 4 },
      { time: Date.parse(second), offset: 6 },
    ]);
  });
});
