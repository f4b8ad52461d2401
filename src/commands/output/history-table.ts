import type { HistoryEntry } from '../../engine/history/history-entry.ts';
import { formatAge, formatDuration, secondsSince } from '../../engine/text/durations.ts';
import { formatPastState } from '../../engine/text/format-past.ts';
import { formatBytes } from '../../engine/text/quantities.ts';
import type { Column } from './table.ts';

export function historyColumns(wide: boolean, now: number): Column<HistoryEntry>[] {
  const columns: Column<HistoryEntry>[] = [
    { title: 'Name', cell: ({ name }) => name },
    { title: 'Backend', cell: ({ backend }) => backend },
    { title: 'Deleted', cell: ({ deletedAt }) => `${formatAge(deletedAt, now)} ago`, align: 'right' },
    {
      title: 'State',
      cell: formatPastState,
      style: ({ state }) => (state === 'failed' || state === 'degraded' ? 'red' : undefined),
    },
    {
      title: 'Duration',
      cell: ({ createdAt, endedAt }) => formatDuration(secondsSince(createdAt, Date.parse(endedAt))) || '-',
      align: 'right',
    },
  ];
  if (!wide) return columns;
  return [
    ...columns,
    { title: 'Processes', cell: ({ processes }) => String(processes.total), align: 'right' },
    { title: 'Failed', cell: ({ processes }) => String(processes.failed), align: 'right' },
    { title: 'Size', cell: ({ bytes }) => formatBytes(bytes), align: 'right' },
    { title: 'Launched', cell: ({ createdAt }) => createdAt ?? '-' },
    { title: 'Place', cell: ({ place }) => place ?? '-', optional: true },
    { title: 'Notes', cell: ({ notes }) => notes.join('; '), optional: true },
  ];
}
