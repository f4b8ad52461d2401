import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineIndex } from '../../../../../src/app/views/logs/reading/line-index.ts';
import { LogBuffer } from '../../../../../src/app/views/logs/reading/log-buffer.ts';
import { logLine, logLines } from '../../../support/log-lines.ts';

describe('LogBuffer', () => {
  it('keeps the last lines within its limits, and counts the others', () => {
    const buffer = new LogBuffer({ lines: 3, characters: 1000 });
    buffer.append(logLines('a', 'b', 'c', 'd', 'e'));
    expect([buffer.first, buffer.end, buffer.dropped]).toEqual([2, 5, 2]);
    expect(buffer.at(1)).toBeUndefined();
    expect([2, 3, 4].map((sequence) => buffer.at(sequence)?.text)).toEqual(['c', 'd', 'e']);
  });

  it('is limited in characters too, but keeps one line however long', () => {
    const buffer = new LogBuffer({ lines: 100, characters: 10 });
    buffer.append(logLines('12345', '12345', '12345'));
    expect(buffer.dropped).toBe(1);
    buffer.append(logLines('x'.repeat(100)));
    expect(buffer.end - buffer.first).toBe(1);
  });

  it('knows the process of each line', () => {
    const buffer = new LogBuffer();
    buffer.append([logLine('x', 'learner'), logLine('y', 'agent-0', 'agents'), logLine('z', 'learner')]);
    expect(buffer.sources).toEqual(['learner', 'agents/agent-0']);
    expect([0, 1, 2].map((sequence) => buffer.at(sequence)?.source)).toEqual([0, 1, 0]);
  });

  it('holds one open line of each process beside the others, until its next line', () => {
    const buffer = new LogBuffer();
    const open = (text: string, name: string) => ({ ...logLine(text, name), kind: 'open' as const });
    buffer.append([open('\r1%', 'a'), open('\r5%', 'b'), logLine('text', 'c'), open('\r\x1b[1m2%', 'a')]);
    expect(buffer.openLines.map(({ plain, source }) => [source, plain])).toEqual([
      [0, '2%'],
      [1, '5%'],
    ]);
    expect([buffer.end, buffer.lineCount]).toEqual([1, 1]);
    buffer.append([logLine('\r1%\r2%', 'a')]);
    expect(buffer.openLines.map(({ plain }) => plain)).toEqual(['5%']);
    expect(buffer.at(1)?.plain).toBe('2%');
    buffer.clear();
    expect(buffer.openLines).toEqual([]);
  });

  it('continues its sequence numbers after it is cleared', () => {
    const buffer = new LogBuffer({ lines: 2, characters: 100 });
    buffer.append(logLines('a', 'b', 'c'));
    buffer.clear();
    buffer.append(logLines('d'));
    expect([buffer.first, buffer.end, buffer.dropped]).toEqual([3, 4, 0]);
    expect(buffer.at(3)?.text).toBe('d');
  });
});

describe('LineIndex', () => {
  it('finds the same lines as a search of all lines, for any additions and drops', () => {
    const batches = fc.array(fc.array(fc.constantFrom('yes', 'no'), { maxLength: 8 }), { maxLength: 12 });
    fc.assert(
      fc.property(batches, (lists) => {
        const buffer = new LogBuffer({ lines: 10, characters: 1000 });
        const index = new LineIndex(buffer, ({ plain }) => plain === 'yes');
        for (const texts of lists) {
          buffer.append(logLines(...texts));
          const kept = Array.from({ length: buffer.end - buffer.first }, (_, offset) => buffer.first + offset);
          const expected = kept.filter((sequence) => buffer.at(sequence)?.plain === 'yes');
          const found = Array.from({ length: index.count }, (_, position) => index.sequenceAt(position));
          expect(found).toEqual(expected);
          for (const sequence of kept) {
            const position = expected.findIndex((match) => match >= sequence);
            expect(index.positionOf(sequence)).toBe(position < 0 ? expected.length : position);
          }
        }
      }),
    );
  });
});
