import { expect, it } from 'vitest';
import { processColumns, processColumnsOf } from '../../../../src/app/views/processes/process-columns.ts';
import { buildProcessTree } from '../../../../src/app/views/processes/process-tree.ts';
import { aProcess, now } from '../../support/statuses.ts';

const cell = (column: string, row: Parameters<(typeof processColumns)[number]['cell']>[0]) =>
  processColumns.find(({ id }) => id === column)?.cell(row, { now, measurements: new Map() }).text;

it('shows CPU in cores and memory in bytes, summed for a group, and nothing while they are unknown', () => {
  const members = [aProcess('a', { group: 'g' }), aProcess('b', { group: 'g' }), aProcess('c')];
  const [outside, group] = buildProcessTree(members, new Set(['g']));
  const measurements = new Map([
    ['g/a', { cpu: 0.123, memory: 500 * 1024 ** 2, history: [] }],
    ['g/b', { cpu: 3, memory: 12 * 1024 ** 2, history: [] }],
  ]);
  const shown = (row: typeof group, column: string) =>
    row && processColumns.find(({ id }) => id === column)?.cell(row, { now, measurements }).text;
  expect([shown(group, 'cpu'), shown(group, 'memory')]).toEqual(['3.12', '512 MiB']);
  expect([shown(outside, 'cpu'), shown(outside, 'memory')]).toEqual(['', '']);
});

it('distinguishes a blocked process from one that merely waits', () => {
  const waiting = aProcess('a', { group: 'g', state: 'pending', ready: false, reason: 'pulls the image x' });
  const blocked = aProcess('b', { group: 'g', state: 'pending', ready: false, reason: 'no node fits', blocked: true });
  const [heading, first, second] = buildProcessTree([waiting, blocked], new Set());
  expect([first, second].map((row) => row && cell('state', row))).toEqual(['○ pending', '▲ pending']);
  expect(heading && [cell('state', heading), cell('reason', heading)]).toEqual(['▲ 1 ○ 1', 'b: no node fits']);
});

it('has no columns for metrics that the cluster does not measure', () => {
  const ids = (measures: boolean) => processColumnsOf({ measures }).map(({ id }) => id);
  expect(ids(true)).toEqual(processColumns.map(({ id }) => id));
  expect(ids(true).filter((id) => !ids(false).includes(id))).toEqual(['cpu', 'history', 'memory']);
});
