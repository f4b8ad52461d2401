import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LineSplitter } from '../../../../src/backends/kit/logs/line-splitter.ts';
import { LogFile } from '../../../../src/backends/supervision/logs/log-file.ts';
import {
  formatTimeMark,
  offsetSince,
  parseTimeMarks,
  TimeLookup,
} from '../../../../src/backends/supervision/logs/log-position.ts';
import { cutLongLine, cutMarker, maximumLineBytes } from '../../../../src/engine/contract/logs.ts';

const place = (text: string, offset: number) => ({ offset, text });

describe('splitting into lines', () => {
  test('gives the same lines however the bytes are split', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'ü', '\n', '\r\n', '💥', ' ')), fc.array(fc.nat(7)), (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''));
        const splitter = new LineSplitter(0, place);
        const lines: string[] = [];
        let at = 0;
        for (const cut of cuts) {
          lines.push(...splitter.push(bytes.subarray(at, at + cut)).map(({ text }) => text));
          at += cut;
        }
        lines.push(
          ...splitter.push(bytes.subarray(at)).map(({ text }) => text),
          ...splitter.flush().map(({ text }) => text),
        );
        const expected = bytes.toString().split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(lines).toEqual(expected.map((line) => line.replace(/\r$/, '')));
      }),
    );
  });

  test('gives the offset of each line', () => {
    const splitter = new LineSplitter(100, place);
    expect(splitter.push(Buffer.from('ab\ncd\n\ne'))).toEqual([
      { offset: 100, text: 'ab' },
      { offset: 103, text: 'cd' },
      { offset: 106, text: '' },
    ]);
    expect(splitter.flush()).toEqual([{ offset: 107, text: 'e' }]);
    expect(splitter.flush()).toEqual([]);
  });

  test('cuts a line that is too long, marks the cut, and continues with the next line', () => {
    const splitter = new LineSplitter(0, place);
    for (let piece = 0; piece < 100; piece += 1) expect(splitter.push(Buffer.alloc(10_000, 'x'))).toEqual([]);
    const lines = splitter.push(Buffer.from('\nnext\n'));
    expect(lines.map(({ text }) => text)).toEqual([`${'x'.repeat(maximumLineBytes)}${cutMarker}`, 'next']);
  });

  test('a cut inside a character leaves no broken character', () => {
    const splitter = new LineSplitter(0, place);
    splitter.push(Buffer.from(`x${'ü'.repeat(maximumLineBytes)}`));
    expect(splitter.flush()[0]?.text).toBe(`x${'ü'.repeat((maximumLineBytes - 2) / 2)}${cutMarker}`);
  });

  test('a custom limit accepts longer lines, and cuts the same within a block as across blocks', () => {
    const content = fc.array(fc.constantFrom('', 'a', 'üü', '💥', 'abcdefgh', 'abcdefgh\r'), { maxLength: 12 });
    fc.assert(
      fc.property(content, fc.nat(40), fc.integer({ min: 1, max: 12 }), (lines, cut, limit) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const whole = new LineSplitter(0, place, limit).push(bytes);
        const splitter = new LineSplitter(0, place, limit);
        expect([...splitter.push(bytes.subarray(0, cut)), ...splitter.push(bytes.subarray(cut))]).toEqual(whole);
        for (const [index, { text }] of whole.entries()) {
          const line = lines[index] ?? '';
          if (Buffer.byteLength(line) <= limit) expect(text).toBe(line.replace(/\r$/, ''));
          else expect(text.endsWith(cutMarker) && line.startsWith(text.slice(0, -cutMarker.length))).toBe(true);
        }
      }),
    );
  });

  test('a complete line is cut for a terminal the same way as the splitter cuts it', () => {
    for (const text of ['short', 'x'.repeat(maximumLineBytes), `x${'ü'.repeat(maximumLineBytes)}`]) {
      const [line] = new LineSplitter(0, place).push(Buffer.from(`${text}\n`));
      expect(cutLongLine(text)).toBe(line?.text);
    }
  });

  test('invalid UTF-8 is replaced, and no line is lost', () => {
    const lines = new LineSplitter(0, place).push(Buffer.from([0xff, 0x0a, 0xc3, 0x0a, 0x61, 0x0a]));
    expect(lines.map(({ text }) => text)).toEqual(['�', '�', 'a']);
  });
});

describe('a log file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'symphony-log-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('finds where the last lines begin, and where a line begins', () => {
    const content = fc.array(fc.constantFrom('', 'a', 'line', 'x'.repeat(70_000)), { maxLength: 8 });
    fc.assert(
      fc.property(content, fc.boolean(), fc.nat(10), fc.nat(200_000), (lines, hasEnd, count, offset) => {
        const text = lines.join('\n') + (hasEnd && lines.length > 0 ? '\n' : '');
        const path = join(folder, 'log');
        writeFileSync(path, text);
        const file = new LogFile(path);
        const { start, end } = file.range();
        const tail = text.slice(file.tailStart(start, end, count));
        const all = text.split('\n');
        if (all.at(-1) === '') all.pop();
        const got = tail.split('\n');
        if (got.at(-1) === '') got.pop();
        expect(got).toEqual(count === 0 ? [] : all.slice(-count));
        const from = Math.min(offset, end);
        const begin = file.lineStart(from, end);
        expect(begin === 0 || begin === end || text[begin - 1] === '\n').toBe(true);
        expect(text.slice(from, Math.max(from, begin - 1))).not.toContain('\n');
        file.close();
      }),
    );
  });

  test('that does not exist is empty', () => {
    const file = new LogFile(join(folder, 'missing'));
    expect(file.range()).toEqual({ start: 0, end: 0 });
    expect(file.read(0, 10)).toHaveLength(0);
  });
});

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
