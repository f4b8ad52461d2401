import { expect, test } from 'vitest';
import { type LaunchMark, MemberIndex } from '../../../../src/backends/kit/host/process-members.ts';
import type { TableEntry } from '../../../../src/backends/kit/host/process-table.ts';

const mark: LaunchMark = { launchId: 'one', group: '', name: 'main' };
const other: LaunchMark = { launchId: 'two', group: '', name: 'main' };

function entry(pid: number, fields: Partial<TableEntry> = {}): TableEntry {
  const blank = {
    parent: 1,
    group: pid,
    session: pid,
    state: 'S',
    startTime: '5',
    command: 'x',
    cpuSeconds: 0,
    memory: 0,
  };
  return { pid, ...blank, ...fields };
}

function members(
  entries: readonly TableEntry[],
  marks: Record<number, LaunchMark>,
  known: number[] = [],
  startTime = '5',
) {
  const index = new MemberIndex(new Map(entries.map((each) => [each.pid, each])), ({ pid }) => marks[pid]);
  return index
    .find({ mark, pid: 10, startTime, known: new Set(known) })
    .map(({ pid }) => pid)
    .sort((a, b) => a - b);
}

test('the process, its group, its session, and everything below them', () => {
  const table = [
    entry(10),
    entry(11, { parent: 10, group: 10, session: 10 }),
    entry(12, { parent: 11, group: 12, session: 10 }),
    entry(13, { parent: 12, group: 13, session: 13 }),
    entry(14, { parent: 1, group: 10, session: 10 }),
    entry(99, { parent: 1 }),
  ];
  expect(members(table, {})).toEqual([10, 11, 12, 13, 14]);
});

test('a process that left the tree is found by its mark, or by an earlier scan', () => {
  expect(members([entry(20), entry(21), entry(22)], { 20: mark }, [21])).toEqual([20, 21]);
});

test('a process with another mark belongs to another run, with all its descendants', () => {
  const table = [entry(10), entry(11, { parent: 10 }), entry(12, { parent: 11 }), entry(13, { parent: 10 })];
  expect(members(table, { 11: other, 12: other })).toEqual([10, 13]);
});

test('a later process with the same pid is not a member', () => {
  expect(members([entry(10, { startTime: '6' }), entry(11, { parent: 10 })], {})).toEqual([]);
});

test('a group outlives its leader', () => {
  expect(members([entry(11, { group: 10, session: 10 })], {})).toEqual([11]);
});

test('a cycle of parents terminates', () => {
  expect(members([entry(10, { parent: 11 }), entry(11, { parent: 10 })], {})).toEqual([10, 11]);
});
