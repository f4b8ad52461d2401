import type { ProcessFact } from '../../engine/contract/backend-definition.ts';
import { factText, registeredFacts } from '../../engine/contract/backend-registry.ts';
import type { ProcessState, ProcessStatus } from '../../engine/contract/status.ts';
import { formatCommand } from '../../engine/text/format-command.ts';
import { formatState } from '../../engine/text/format-state.ts';
import { formatBytes, formatCores } from '../../engine/text/quantities.ts';
import type { Style } from '../shared/terminal.ts';
import type { Column } from './table.ts';

const stateStyles: Partial<Record<ProcessState, Style>> = {
  running: 'green',
  starting: 'yellow',
  pending: 'yellow',
  backoff: 'yellow',
  failed: 'red',
  lost: 'red',
  succeeded: 'dim',
  stopped: 'dim',
};

export function processColumns(wide: boolean, now: number): Column<ProcessStatus>[] {
  const columns: Column<ProcessStatus>[] = [
    { title: 'Group', cell: ({ group }) => group ?? '-' },
    { title: 'Name', cell: ({ name }) => name },
    { title: 'Ready', cell: ({ ready }) => (ready ? '1' : '0'), align: 'right' },
    { title: 'Restarts', cell: ({ restarts }) => String(restarts), align: 'right' },
    { title: 'State', cell: (status) => formatState(status, now), style: ({ state }) => stateStyles[state] },
  ];
  if (!wide) return columns;
  return [
    ...columns,
    { title: 'CPU', cell: ({ cpu }) => formatCores(cpu) || '-', align: 'right' },
    { title: 'Memory', cell: ({ memory }) => formatBytes(memory) || '-', align: 'right' },
    { title: 'GPU use', cell: ({ gpu }) => formatCores(gpu) || '-', align: 'right', optional: true },
    {
      title: 'GPU memory',
      cell: ({ gpuMemory }) => formatBytes(gpuMemory) || '-',
      align: 'right',
      optional: true,
    },
    { title: 'Ports', cell: ({ ports }) => formatPorts(ports) },
    ...registeredFacts().map(factColumn),
    { title: 'Command', cell: ({ command }) => formatCommand(command) },
  ];
}

function factColumn(fact: ProcessFact): Column<ProcessStatus> {
  const { title, align } = fact;
  const cell = (status: ProcessStatus) => factText(status, fact) ?? '-';
  return { title, cell, optional: true, ...(align === undefined ? {} : { align }) };
}

export function formatPorts(ports: Readonly<Record<string, number>>): string {
  return (
    Object.entries(ports)
      .map(([name, port]) => `${name}=${port}`)
      .join(' ') || '-'
  );
}
