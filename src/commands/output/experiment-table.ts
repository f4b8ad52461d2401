import type { ExperimentState, ExperimentStatus } from '../../engine/contract/status.ts';
import { formatAge } from '../../engine/text/durations.ts';
import { formatServiceAddress } from '../../engine/text/format-address.ts';
import { formatExperimentState } from '../../engine/text/format-state.ts';
import type { Style } from '../shared/terminal.ts';
import type { Column } from './table.ts';

const stateStyles: Partial<Record<ExperimentState, Style>> = {
  running: 'green',
  starting: 'yellow',
  degraded: 'yellow',
  failed: 'red',
  stopping: 'dim',
};

export function experimentColumns(
  wide: boolean,
  options: { readonly now: number; readonly current: string | null },
): Column<ExperimentStatus>[] {
  const columns: Column<ExperimentStatus>[] = [
    { title: ' ', cell: ({ name }) => (name === options.current ? '*' : '') },
    { title: 'Name', cell: ({ name }) => name },
    { title: 'Place', cell: ({ place }) => place ?? '', optional: true },
    {
      title: 'State',
      cell: formatExperimentState,
      style: ({ state }) => stateStyles[state],
    },
    { title: 'Ready', cell: ({ processes }) => `${processes.ready}/${processes.total}`, align: 'right' },
    {
      title: 'Failed',
      cell: ({ processes }) => String(processes.failed),
      align: 'right',
      style: ({ processes }) => (processes.failed > 0 ? 'red' : undefined),
    },
    { title: 'Age', cell: ({ createdAt }) => formatAge(createdAt, options.now), align: 'right' },
  ];
  if (!wide) return columns;
  return [
    ...columns,
    { title: 'Running', cell: ({ processes }) => String(processes.running), align: 'right' },
    { title: 'Succeeded', cell: ({ processes }) => String(processes.succeeded), align: 'right' },
    { title: 'Backend', cell: ({ backend }) => backend },
    {
      title: 'Services',
      cell: ({ services }) =>
        services.map((service) => `${service.name}=${formatServiceAddress(service)}`).join(' ') || '-',
    },
  ];
}
