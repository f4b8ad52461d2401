import { type LeftOutLines, type LogOptions, longestLineBytes } from '@symphony-run/symphony/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogReader, ProcessLog } from './process-log.ts';

const main = { group: null, name: 'main' };

function logOf(text: string, maxBytes = 2 ** 30): ProcessLog {
  const log = new ProcessLog(maxBytes);
  log.add(Buffer.from(text));
  log.end();
  return log;
}

function read(log: ProcessLog, options: LogOptions = {}): string[] {
  const reader = new LogReader(main, log, options);
  const texts: string[] = [];
  for (let lines = reader.next(); lines.length > 0; lines = reader.next())
    texts.push(...lines.map(({ kind, text }) => (kind === 'line' ? text : `${kind}: ${text}`)));
  return texts;
}

describe('a log in memory', () => {
  it('has every line once, however its bytes arrive', () => {
    const text = fc.stringMatching(/^[a\nü]{0,40}$/);
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 8 }), (text, cuts) => {
        const log = new ProcessLog(2 ** 30);
        const bytes = Buffer.from(text);
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        for (const [index, end] of places.slice(1).entries()) log.add(bytes.subarray(places[index], end));
        log.end();
        const lines = text.split('\n');
        if (lines.at(-1) === '') lines.pop();
        expect(read(log)).toEqual(lines);
      }),
    );
  });

  it('keeps the newest lines up to its size, and a reader says how many it has missed', () => {
    const log = logOf('one\ntwo\nthree\nfour\n', 12);
    expect(read(log)).toEqual(['notice: lines dropped, because the log is limited in size: 2', 'three', 'four']);
    expect(read(log, { tail: 1 })).toEqual(['four']);
    const reader = new LogReader(main, log, { follow: true });
    expect(reader.next()).toHaveLength(3);
    log.add(Buffer.from('five\nsix\nseven\n'));
    expect(reader.next().map(({ text }) => text)).toEqual([
      'lines dropped, because the log is limited in size: 1',
      'six',
      'seven',
    ]);
  });

  it('keeps a line that alone is larger than its size', () => {
    expect(read(logOf('a line\n', 3))).toEqual(['a line']);
  });

  it('keeps of an endless line no more than a reader may ask for, and marks the cut', () => {
    const log = new ProcessLog(2 ** 30);
    const chunk = Buffer.alloc(2 ** 20, 'x');
    for (let bytes = 0; bytes < longestLineBytes + 2 * chunk.length; bytes += chunk.length) log.add(chunk);
    log.end();
    const [line] = log.slice(0, 1);
    expect(line?.bytes.length).toBe(longestLineBytes + 1);
    expect(read(log, { lineLimit: 3 })).toEqual(['xxx …[line cut by symphony]']);
  });

  it('counts the lines that a tail leaves out', () => {
    const left: LeftOutLines[] = [];
    const onLeftOut = (one: LeftOutLines) => void left.push(one);
    const log = logOf('one\ntwo\nthree\n');
    expect(read(log, { tail: 3, onLeftOut })).toEqual(['one', 'two', 'three']);
    expect(left).toEqual([]);
    expect(read(log, { tail: 1, onLeftOut })).toEqual(['three']);
    expect(left).toEqual([{ ...main, lines: 2 }]);
  });
});
