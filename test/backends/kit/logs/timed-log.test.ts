import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { TimedLineSplitter } from '../../../../src/backends/kit/logs/timed-lines.ts';
import { readTimedLog, readTimedTail, type TimedLog } from '../../../../src/backends/kit/logs/timed-log.ts';
import { TimedPosition } from '../../../../src/backends/kit/logs/timed-position.ts';

const time = '2026-11-28T11:12:05Z';

/** Of a server that knows whole seconds only, and does not count last lines. */
function logOf(lines: readonly string[]): TimedLog {
  return {
    open: async ({ sinceTime = '' }) =>
      Readable.from(time >= sinceTime ? lines.map((line) => Buffer.from(`${time} ${line}\n`)) : []),
    splitter: (limit) => new TimedLineSplitter(limit),
  };
}

async function textsOf(log: TimedLog, options: { position: TimedPosition; since?: Date }): Promise<string[]> {
  const batches = await Array.fromAsync(readTimedLog(log, options));
  return batches.flat().map(({ text }) => text);
}

it('goes on after the last lines of a log, though earlier ones of that second are the same', async () => {
  const lines = ['a', 'b', 'a', 'b'];
  const position = new TimedPosition();
  const tail = await readTimedTail(logOf(lines), { tail: 1, position });
  expect(tail.map(({ text }) => text)).toEqual(['b']);
  expect(await textsOf(logOf([...lines, 'a', 'b']), { position })).toEqual(['a', 'b']);
  expect(await textsOf(logOf([...lines, 'a', 'b']), { position })).toEqual([]);
});

it('gives the lines of a second whose part the reader names, where times have whole seconds only', async () => {
  const within = new Date(Date.parse(time) + 700);
  expect(await textsOf(logOf(['a']), { position: new TimedPosition(), since: within })).toEqual(['a']);
  expect(await readTimedTail(logOf(['a']), { tail: 5, since: within })).toHaveLength(1);
  const later = new Date(Date.parse(time) + 1000);
  expect(await textsOf(logOf(['a']), { position: new TimedPosition(), since: later })).toEqual([]);
});
