import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LogFile } from '../../../../../src/backends/supervision/keeper/logs/log-file.ts';

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
