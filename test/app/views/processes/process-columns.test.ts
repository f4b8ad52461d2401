import { expect, it } from 'vitest';
import { measuresGpus, processColumns, processColumnsOf } from '../../../../src/app/views/processes/process-columns.ts';
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
  const ids = (measures: boolean, hasGpus: boolean) => processColumnsOf({ measures, hasGpus }).map(({ id }) => id);
  expect(ids(true, true)).toEqual(processColumns.map(({ id }) => id));
  expect(ids(true, false).filter((id) => !ids(false, false).includes(id))).toEqual(['cpu', 'history', 'memory']);
  expect(ids(true, true).filter((id) => !ids(true, false).includes(id))).toEqual(['gpu', 'gpu-memory']);
  expect(ids(false, true)).toEqual(ids(false, false));
});

it('shows what is used of GPUs, summed for a group, once a process with a GPU is measured', () => {
  const [group, trainer] = buildProcessTree([aProcess('a', { group: 'g' }), aProcess('b', { group: 'g' })], new Set());
  const measurements = new Map([
    ['g/a', { gpu: 1.25, gpuMemory: 3 * 1024 ** 3, history: [] }],
    ['g/b', { gpu: 0.5, gpuMemory: 1024 ** 3, history: [] }],
  ]);
  const shown = (row: typeof group, column: string) =>
    row && processColumns.find(({ id }) => id === column)?.cell(row, { now, measurements }).text;
  expect([shown(group, 'gpu'), shown(group, 'gpu-memory')]).toEqual(['1.75', '4 GiB']);
  expect([shown(trainer, 'gpu'), shown(trainer, 'gpu-memory')]).toEqual(['1.25', '3 GiB']);
  expect(measuresGpus(measurements)).toBe(true);
  expect(measuresGpus(new Map([['a', { cpu: 1, history: [] }]]))).toBe(false);
});
