import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import {
  EventFileReader,
  EventFileWriter,
  eventPaths,
  readEvents,
} from '../../../../src/backends/supervision/events/event-files.ts';
import type { ClusterEvent } from '../../../../src/engine/contract/events.ts';

// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
const test = base.extend('folder', async ({}, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-events-'));
  onCleanup(() => rm(folder, { recursive: true, force: true }));
  return folder;
});

function event(id: string, message = 'text'): ClusterEvent {
  return { id, time: '2026-01-01T00:00:00.000Z', kind: 'normal', reason: 'Ready', message, count: 1 };
}

const ids = (events: readonly ClusterEvent[]) => events.map(({ id }) => id);

describe('the files of events', () => {
  test('keep what was written, in its order', ({ folder }) => {
    const writer = new EventFileWriter(folder);
    writer.append([event('a'), event('b')]);
    writer.append([event('c')]);
    expect(readEvents(folder)).toEqual([event('a'), event('b'), event('c')]);
  });

  test('lose no more than a damaged line: a torn one does not reach into the next', ({ folder }) => {
    const [current] = eventPaths(folder);
    new EventFileWriter(folder).append([event('a')]);
    appendFileSync(current, '{"id":"torn","time":"2026-');
    new EventFileWriter(folder).append([event('b')]);
    appendFileSync(current, 'garbage\n\n[]\nnull\n{"id":1}\n{"id":"x","time":"never","reason":"","message":""}\n');
    appendFileSync(current, Buffer.from([0xff, 0x00, 0x0a]));
    new EventFileWriter(folder).append([event('c')]);
    expect(ids(readEvents(folder))).toEqual(['a', 'b', 'c']);
  });

  test('are bounded: the older half goes', ({ folder }) => {
    const writer = new EventFileWriter(folder);
    const long = 'x'.repeat(1_000_000);
    for (let index = 0; index < 30; index += 1) writer.append([event(String(index), long)]);
    const kept = ids(readEvents(folder)).map(Number);
    expect(kept.at(-1)).toBe(29);
    expect(kept.length).toBeLessThan(15);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 30 - kept.length + index));
  });

  test('are none where nothing was written, or nothing can be read', ({ folder }) => {
    expect(readEvents(folder)).toEqual([]);
    mkdirSync(eventPaths(folder)[0]);
    expect(readEvents(folder)).toEqual([]);
    expect(() => new EventFileWriter(folder).append([event('a')])).toThrow();
  });
});

describe('a reader of events', () => {
  test('gets each event once, also across a change of files, and waits for the end of a line', ({ folder }) => {
    const [current, older] = eventPaths(folder);
    const reader = new EventFileReader(folder);
    expect(reader.read()).toEqual([]);
    const writer = new EventFileWriter(folder);
    writer.append([event('a')]);
    expect(ids(reader.read())).toEqual(['a']);
    const line = `${JSON.stringify(event('b', 'é'))}\n`;
    const bytes = Buffer.from(line);
    const middle = bytes.indexOf(0xc3) + 1;
    appendFileSync(current, bytes.subarray(0, middle));
    expect(reader.read()).toEqual([]);
    appendFileSync(current, bytes.subarray(middle));
    expect(reader.read()).toEqual([event('b', 'é')]);
    writer.append([event('c')]);
    renameSync(current, older);
    appendFileSync(older, `${JSON.stringify(event('d'))}\n`);
    writeFileSync(current, `${JSON.stringify(event('e'))}\n`);
    expect(ids(reader.read())).toEqual(['c', 'd', 'e']);
    expect(reader.read()).toEqual([]);
    reader.close();
  });

  test('keeps what it has when the files are removed', ({ folder }) => {
    const writer = new EventFileWriter(folder);
    writer.append([event('a')]);
    const reader = new EventFileReader(folder);
    expect(ids(reader.read())).toEqual(['a']);
    writer.append([event('b')]);
    rmSync(eventPaths(folder)[0]);
    expect(ids(reader.read())).toEqual(['b']);
    writer.append([event('c')]);
    expect(ids(reader.read())).toEqual(['c']);
    reader.close();
  });

  test('of a large file gets all of it', ({ folder }) => {
    const many = Array.from({ length: 5_000 }, (_, index) => event(String(index)));
    new EventFileWriter(folder).append(many);
    const reader = new EventFileReader(folder);
    expect(reader.read()).toEqual(many);
    expect(readFileSync(eventPaths(folder)[0]).length).toBeGreaterThan(64 * 1024);
    reader.close();
  });
});
