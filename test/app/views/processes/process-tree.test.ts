import { describe, expect, it } from 'vitest';
import { processColumns } from '../../../../src/app/views/processes/process-columns.ts';
import { buildProcessTree } from '../../../../src/app/views/processes/process-tree.ts';
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
