import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogOptions } from '../../../src/engine/contract/logs.ts';
import { ArchivedLog } from '../../../src/engine/history/archived-log.ts';
import { encodeTimes, type LogContent } from '../../../src/engine/history/log-index.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const scratch = scratchFolder();
const reference = { group: null, name: 'main' };
const start = Date.parse('2026-01-01T00:00:00Z');

/** A log that stands between the bytes of others. */
function archived(text: string, content: Partial<LogContent> = {}) {
  const before = 'the log of another process\n';
  const path = scratch.path('logs');
  writeFileSync(path, `${before}${text}behind it\n`);
  const index = {
    offset: before.length,
    length: Buffer.byteLength(text),
    starts: [],
    times: [],
    dropped: 0,
    ...content,
  };
  const runs = [1, 2].map((run) => ({ run, startedAt: new Date(start).toISOString(), exitCode: 3 }));
  return new ArchivedLog(reference, path, index, runs);
}

const textsOf = (log: ArchivedLog, options: LogOptions = {}) => [...log.lines(options)].map(({ line }) => line.text);

/** Lines `1` to `4` at one second each, in two runs. */
const fourLines = () => {
  const marks = [1, 2, 3, 4].map((count) => ({ time: start + count * 1000, offset: count * 2 }));
  return archived('1\n2\n3\n4\n', {
    starts: [
      [1, 0],
      [2, 4],
    ],
    times: encodeTimes(marks),
  });
};

describe('an archived log', () => {
  test('gives every line, however it is cut into chunks and whatever its tail', () => {
    const lines = fc.array(fc.constantFrom('', 'a', 'öö', 'x'.repeat(300_000)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lines, fc.boolean(), fc.option(fc.nat(8), { nil: undefined }), (all, hasEnd, tail) => {
        const log = archived(all.join('\n') + (hasEnd ? '\n' : ''));
        const whole = !hasEnd && all.at(-1) === '' ? all.slice(0, -1) : all;
        const expected = tail === undefined ? whole : tail === 0 ? [] : whole.slice(-tail);
        expect(textsOf(log, { lineLimit: 1e6, ...(tail === undefined ? {} : { tail }) })).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('gives the last run, the run before it, or all with a marker', () => {
    expect(textsOf(fourLines())).toEqual(['3', '4']);
    expect(textsOf(fourLines(), { previous: true })).toEqual(['1', '2']);
    expect(textsOf(fourLines(), { all: true })).toEqual(['1', '2', 'run 1 exited with code 3; run 2 begins', '3', '4']);
    const [, , marker] = [...fourLines().lines({ all: true })];
    expect(marker?.line).toMatchObject({ kind: 'restart', run: 2 });
  });

  test('knows the times of lines, and selects by them', () => {
    const timed = [...fourLines().lines({ all: true, timestamps: true })].filter(({ line }) => line.kind === 'line');
    expect(timed.map(({ line }) => line.time)).toEqual([1, 2, 3, 4].map((second) => `2026-01-01T00:00:0${second}Z`));
    expect(textsOf(fourLines(), { all: true, since: new Date(start + 4000) })).toEqual(['4']);
    expect(textsOf(fourLines(), { all: true, until: new Date(start + 1000) })).toEqual(['1']);
  });

  test('says how many lines a tail leaves out', () => {
    const left: unknown[] = [];
    expect(textsOf(fourLines(), { tail: 1, onLeftOut: (one) => left.push(one) })).toEqual(['4']);
    expect(left).toEqual([{ ...reference, lines: 1 }]);
  });

  test('says that its beginning is not kept', () => {
    const log = archived('end\n', { starts: [[1, 0]], dropped: 5 * 1024 * 1024 });
    expect([...log.lines({})].map(({ line }) => [line.kind, line.text])).toEqual([
      ['notice', '5 MiB before this are not kept'],
      ['line', 'end'],
    ]);
    expect(textsOf(log, { tail: 1 })).toEqual(['5 MiB before this are not kept', 'end']);
  });

  test('cuts a line that is too long', () => {
    expect(textsOf(archived(`${'x'.repeat(100)}\nnext\n`), { lineLimit: 10 })).toEqual([
      expect.stringMatching(/^x{10} …/),
      'next',
    ]);
  });

  test('ends a line where the next run begins', () => {
    const log = archived('no newlinenext\n', {
      starts: [
        [1, 0],
        [2, 10],
      ],
    });
    expect(textsOf(log, { previous: true })).toEqual(['no newline']);
    expect(textsOf(log)).toEqual(['next']);
  });

  test('whose file is gone is empty', () => {
    const log = new ArchivedLog(
      reference,
      scratch.path('none'),
      { offset: 0, length: 9, starts: [], times: [], dropped: 0 },
      [],
    );
    expect(textsOf(log)).toEqual([]);
  });
});
