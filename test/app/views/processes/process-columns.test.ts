import { describe, expect, it } from 'vitest';
import { processReason, stateAge } from '../../../../src/app/shell/status/process-reason.ts';
import { formatBytes, formatCpu } from '../../../../src/app/shell/status/quantity.ts';
import { sparkline } from '../../../../src/app/shell/status/sparkline.ts';
import { processColumns, processColumnsOf } from '../../../../src/app/views/processes/process-columns.ts';
import { buildProcessTree } from '../../../../src/app/views/processes/process-tree.ts';
import { buildServiceRows } from '../../../../src/app/views/services/service-rows.ts';
import { aProcess, now } from '../../support/statuses.ts';

const cell = (column: string, row: Parameters<(typeof processColumns)[number]['cell']>[0]) =>
  processColumns.find(({ id }) => id === column)?.cell(row, { now, measurements: new Map() }).text;

describe('the tree of processes', () => {
  const processes = [
    aProcess('agent-0', { group: 'agents' }),
    aProcess('learner'),
    aProcess('agent-1', { group: 'agents', state: 'failed', ready: false, exitCode: 3, restarts: 2 }),
  ];

  it('starts with the processes outside any group', () => {
    expect(buildProcessTree(processes, new Set()).map(({ id }) => id)).toEqual([
      'learner',
      'agents/',
      'agents/agent-0',
      'agents/agent-1',
    ]);
  });

  it('hides the processes of a collapsed group, whose heading summarizes them', () => {
    const rows = buildProcessTree(processes, new Set(['agents']));
    expect(rows.map(({ id }) => id)).toEqual(['learner', 'agents/']);
    const group = rows[1];
    if (group === undefined) throw new Error('There is no group.');
    expect(['name', 'ready', 'restarts', 'state', 'reason'].map((column) => cell(column, group))).toEqual([
      '▸ agents',
      '1/2',
      '2',
      '✗ 1 ● 1',
      'agent-1: exit code 3',
    ]);
  });
});

describe('the reason of a process’s state', () => {
  it.each([
    [aProcess('x'), ''],
    [aProcess('x', { state: 'pending', reason: 'waits for a GPU' }), 'waits for a GPU'],
    [aProcess('x', { state: 'failed', exitCode: 3 }), 'exit code 3'],
    [aProcess('x', { state: 'failed', signal: 'SIGKILL' }), 'SIGKILL'],
    [
      aProcess('x', { state: 'backoff', exitCode: 1, until: new Date(now + 4500).toISOString() }),
      'exit code 1; starts again in 5s',
    ],
    [aProcess('x', { state: 'lost', reason: 'the machine was restarted' }), 'the machine was restarted'],
  ])('%#: %j', (status, reason) => {
    expect(processReason(status, now)).toBe(reason);
  });

  it('counts from the start while it runs, from the end afterwards', () => {
    const startedAt = new Date(now - 60_000).toISOString();
    const finishedAt = new Date(now - 10_000).toISOString();
    expect(stateAge(aProcess('x', { startedAt }), now)).toBe(60);
    expect(stateAge(aProcess('x', { state: 'failed', startedAt, finishedAt }), now)).toBe(10);
    expect(stateAge(aProcess('x', { state: 'pending' }), now)).toBeUndefined();
  });
});

it('renders a history at the right, scaled to its highest value', () => {
  expect(sparkline([0, 0.5, 1], 5)).toBe('  ▁▅█');
  expect(sparkline([1, 2, 3, 4, 5, 6], 3)).toBe('▆▇█');
  expect(sparkline([0.01], 2, 1)).toBe(' ▁');
  expect(sparkline([], 3)).toBe('   ');
});

it('shows quantities, and nothing for unknown ones', () => {
  expect([
    formatBytes(512 * 1024 ** 2),
    formatBytes(undefined),
    formatCpu(0.123),
    formatCpu(3.1),
    formatCpu(undefined),
  ]).toEqual(['512 MiB', '', '12%', '310%', '']);
});

it('lists the processes that offer and use a service', () => {
  const service = { name: 'api', kind: 'bind', host: '127.0.0.1', port: 7000 } as const;
  const member = { group: null, bind: [], connect: [], expose: [] };
  const rows = buildServiceRows(
    [service],
    [
      { ...member, name: 'server', bind: ['api'] },
      { ...member, group: 'agents', name: 'agent', connect: ['api'] },
    ],
  );
  expect(rows).toEqual([{ service, owners: ['server'], connected: ['agents/agent'] }]);
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
