import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatEntry, parseEntry, type StoredEntry } from '../../../src/engine/history/history-entry.ts';

const entry: StoredEntry = {
  experiment: 'rl',
  backend: 'local',
  launchId: 'abc',
  createdAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T01:00:00.000Z',
  deletedAt: '2026-01-01T02:00:00.000Z',
  how: 'replaced',
  state: 'failed',
  processes: { total: 2, ready: 0, running: 0, failed: 1, succeeded: 1 },
  bytes: 12,
  notes: ['a note'],
};

describe('an entry file', () => {
  test('gives what was written', () => {
    expect(parseEntry('rl.1', formatEntry(entry))).toEqual({ name: 'rl.1', ...entry });
  });

  test('that is damaged gives nothing, and no error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseEntry('rl.1', text)).toBeUndefined();
      }),
    );
  });

  test('of a newer version gives nothing', () => {
    expect(parseEntry('rl.1', formatEntry(entry).replace('"schema": 1', '"schema": 2'))).toBeUndefined();
  });

  test('with fields of a wrong form is read without them', () => {
    const odd = { ...entry, state: 'dancing', processes: 3, bytes: 'many', notes: [1, 'kept'], createdAt: 'once' };
    const read = parseEntry('rl.1', formatEntry(odd as unknown as StoredEntry));
    expect(read).toMatchObject({ bytes: 0, notes: ['kept'], processes: { total: 0 } });
    expect(read).not.toHaveProperty('state');
    expect(read).not.toHaveProperty('createdAt');
  });
});
