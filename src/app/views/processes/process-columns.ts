import { countProcesses, formatProcess, type ProcessStatus } from '../../../engine/contract/status.ts';
import { formatDuration } from '../../../engine/text/durations.ts';
import { stateReason } from '../../../engine/text/format-state.ts';
import { formatBytes, formatCores } from '../../../engine/text/quantities.ts';
import type { Cell, Column } from '../../shell/lists/column.ts';
import { sparkline } from '../../shell/status/sparkline.ts';
import { stateAge } from '../../shell/status/state-age.ts';
import type { Measurement } from '../../shell/store/measurements.ts';
import { processSign } from '../../shell/theme/state-sign.ts';
import { type ProcessRow, rowProcesses } from './process-tree.ts';

export interface ProcessContext {
  /** Milliseconds. */
  readonly now: number;
  readonly measurements: ReadonlyMap<string, Measurement>;
}

const severity = ['failed', 'lost', 'blocked', 'backoff', 'pending', 'starting', 'running', 'stopped', 'succeeded'];
const historyWidth = 8;
const stateWidth = 11;

export const processColumns: readonly Column<ProcessRow, ProcessContext>[] = [
  {
    id: 'name',
    title: 'NAME',
    width: 16,
    maximumWidth: 80,
    keepsEnd: true,
    priority: 20,
    cell: (row) => {
      if (row.kind === 'group') return { text: `${row.collapsed ? '▸' : '▾'} ${row.group}`, role: 'title' };
      return { text: row.process.group === null ? row.process.name : `  ${row.process.name}` };
    },
    sortValue: (row) => (row.kind === 'group' ? row.group : row.process.name),
  },
  {
    id: 'ready',
    title: 'READY',
    alignment: 'right',
    width: 5,
    maximumWidth: 9,
    priority: 17,
    cell: (row) => {
      const { ready, total } = countProcesses(rowProcesses(row));
      if (row.kind === 'group') return { text: `${ready}/${total}` };
      return ready === 1 ? { text: '1' } : { text: '0', role: 'dim' };
    },
    sortValue: (row) => countProcesses(rowProcesses(row)).ready,
  },
  {
    id: 'restarts',
    title: 'RESTARTS',
    alignment: 'right',
    width: 8,
    priority: 14,
    cell: (row) => {
      const restarts = sum(rowProcesses(row), (status) => status.restarts) ?? 0;
      return restarts === 0 ? { text: '0', role: 'dim' } : { text: String(restarts), role: 'warning' };
    },
    sortValue: (row) => sum(rowProcesses(row), (status) => status.restarts) ?? 0,
  },
  {
    id: 'state',
    title: 'STATE',
    width: stateWidth,
    priority: 19,
    cell: (row) => (row.kind === 'group' ? groupState(row.members) : processState(row.process)),
    sortValue: (row) => Math.min(...rowProcesses(row).map((status) => severity.indexOf(condition(status)))),
  },
  {
    id: 'age',
    title: 'AGE',
    alignment: 'right',
    width: 5,
    priority: 18,
    cell: (row, { now }) =>
      row.kind === 'group' ? { text: '' } : { text: formatDuration(stateAge(row.process, now)) },
    sortValue: (row, { now }) => Math.max(...rowProcesses(row).map((status) => stateAge(status, now) ?? 0)),
  },
  {
    id: 'cpu',
    title: 'CPU',
    alignment: 'right',
    width: 5,
    priority: 13,
    cell: (row, context) => ({ text: formatCores(measured(row, context, 'cpu')) }),
    sortValue: (row, context) => measured(row, context, 'cpu') ?? -1,
  },
  {
    id: 'history',
    title: '',
    width: historyWidth,
    priority: 10,
    cell: (row, { measurements }) => ({
      text: row.kind === 'group' ? '' : sparkline(measurements.get(row.id)?.history ?? [], historyWidth, 0.05),
      role: 'accent',
    }),
  },
  {
    id: 'memory',
    title: 'MEMORY',
    alignment: 'right',
    width: 8,
    priority: 12,
    cell: (row, context) => ({ text: formatBytes(measured(row, context, 'memory')) }),
    sortValue: (row, context) => measured(row, context, 'memory') ?? -1,
  },
  {
    id: 'gpu',
    title: 'GPU',
    alignment: 'right',
    width: 5,
    priority: 11,
    cell: (row, context) => ({ text: formatCores(measured(row, context, 'gpu')) }),
    sortValue: (row, context) => measured(row, context, 'gpu') ?? -1,
  },
  {
    id: 'gpu-memory',
    title: 'GPU MEM',
    alignment: 'right',
    width: 8,
    priority: 9,
    cell: (row, context) => ({ text: formatBytes(measured(row, context, 'gpuMemory')) }),
    sortValue: (row, context) => measured(row, context, 'gpuMemory') ?? -1,
  },
  {
    id: 'reason',
    title: 'REASON AND PORTS',
    width: 14,
    grows: true,
    priority: 16,
    cell: (row, { now }) => (row.kind === 'group' ? groupReason(row.members, now) : reasonOrPorts(row.process, now)),
  },
];

const gpuColumns = ['gpu', 'gpu-memory'];

/** The columns for a cluster without metrics, and for processes without GPUs. */
const columnsWithoutMetrics = processColumns.filter(
  ({ id }) => !['cpu', 'history', 'memory', ...gpuColumns].includes(id),
);
const columnsWithoutGpus = processColumns.filter(({ id }) => !gpuColumns.includes(id));

/** The columns of the list of processes, by whether the cluster offers metrics, and whether one is of a GPU. */
export function processColumnsOf({ measures, hasGpus }: { readonly measures: boolean; readonly hasGpus: boolean }) {
  if (!measures) return columnsWithoutMetrics;
  return hasGpus ? processColumns : columnsWithoutGpus;
}

/** Whether any process uses a GPU that is measured. */
export function measuresGpus(measurements: ProcessContext['measurements']): boolean {
  return [...measurements.values()].some(({ gpu, gpuMemory }) => gpu !== undefined || gpuMemory !== undefined);
}

function condition({ state, blocked }: ProcessStatus): string {
  return blocked ? 'blocked' : state;
}

function processState(status: ProcessStatus): Cell {
  const { sign, role } = processSign(status);
  return { text: `${sign} ${status.state}`, role };
}

/** The number of members in each state, worst state first, as many states as fit. */
function groupState(members: readonly ProcessStatus[]): Cell {
  const found = new Map<string, { readonly first: ProcessStatus; count: number }>();
  for (const member of members) {
    const known = found.get(condition(member));
    if (known === undefined) found.set(condition(member), { first: member, count: 1 });
    else known.count += 1;
  }
  const parts = severity.flatMap((state) => {
    const counted = found.get(state);
    return counted === undefined ? [] : [{ count: counted.count, ...processSign(counted.first) }];
  });
  const [worst] = parts;
  if (worst === undefined) return { text: '' };
  const role = worst.role;
  if (parts.length === 1) return { text: `${worst.sign} all`, role };
  const texts = parts.map(({ sign, count }) => `${sign} ${count}`);
  let text = '';
  for (const part of texts) {
    const longer = text === '' ? part : `${text} ${part}`;
    if (longer.length > stateWidth) break;
    text = longer;
  }
  return { text, role };
}

function groupReason(members: readonly ProcessStatus[], now: number): Cell {
  const reasons = members.filter(({ state, blocked }) => state === 'failed' || state === 'lost' || blocked);
  const [first] = reasons;
  if (first === undefined) return { text: '' };
  const more = reasons.length > 1 ? ` and ${reasons.length - 1} more` : '';
  return { text: `${first.name}: ${stateReason(first, now) || first.state}${more}`, role: processSign(first).role };
}

function reasonOrPorts(status: ProcessStatus, now: number): Cell {
  const reason = stateReason(status, now);
  if (reason !== '') return { text: reason, role: processSign(status).role };
  const ports = Object.entries(status.ports).map(([name, port]) => `${name}:${port}`);
  return { text: ports.join(' '), role: 'dim' };
}

function measured(
  row: ProcessRow,
  context: ProcessContext,
  what: 'cpu' | 'memory' | 'gpu' | 'gpuMemory',
): number | undefined {
  return sum(rowProcesses(row), (status) => context.measurements.get(formatProcess(status))?.[what] ?? status[what]);
}

/** The sum of the known values; undefined if none is known. */
function sum(
  processes: readonly ProcessStatus[],
  value: (status: ProcessStatus) => number | undefined,
): number | undefined {
  let total: number | undefined;
  for (const status of processes) {
    const amount = value(status);
    if (amount !== undefined) total = (total ?? 0) + amount;
  }
  return total;
}
