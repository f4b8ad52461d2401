import type { HistoryEntry } from '../../../engine/history/history-entry.ts';
import { formatAge, formatDuration, secondsSince } from '../../../engine/text/durations.ts';
import { formatPastState } from '../../../engine/text/format-past.ts';
import { formatBytes } from '../../../engine/text/quantities.ts';
import type { Column } from '../../shell/lists/column.ts';

/** How long a past experiment lasted, in seconds; undefined if unknown. */
function secondsOf({ createdAt, endedAt }: HistoryEntry): number | undefined {
  return secondsSince(createdAt, Date.parse(endedAt));
}

/** The context is the time in milliseconds. */
export const historyColumns: readonly Column<HistoryEntry, number>[] = [
  {
    id: 'name',
    title: 'NAME',
    width: 16,
    maximumWidth: 60,
    keepsEnd: true,
    priority: 10,
    cell: ({ name }) => ({ text: name }),
    sortValue: ({ name }) => name,
  },
  {
    id: 'state',
    title: 'ENDED',
    width: 22,
    maximumWidth: 60,
    priority: 9,
    cell: (entry) => ({
      text: formatPastState(entry),
      role: entry.state === 'failed' || entry.state === 'degraded' ? 'bad' : 'dim',
    }),
    sortValue: formatPastState,
  },
  {
    id: 'deleted',
    title: 'DELETED',
    alignment: 'right',
    width: 10,
    priority: 8,
    cell: ({ deletedAt }, now) => ({ text: `${formatAge(deletedAt, now)} ago` }),
    sortValue: ({ deletedAt }, now) => secondsSince(deletedAt, now) ?? 0,
  },
  {
    id: 'duration',
    title: 'DURATION',
    alignment: 'right',
    width: 8,
    priority: 7,
    cell: (entry) => ({ text: formatDuration(secondsOf(entry)) }),
    sortValue: (entry) => secondsOf(entry) ?? 0,
  },
  {
    id: 'backend',
    title: 'BACKEND',
    width: 8,
    maximumWidth: 20,
    priority: 6,
    cell: ({ backend }) => ({ text: backend, role: 'dim' }),
    sortValue: ({ backend }) => backend,
  },
  {
    id: 'size',
    title: 'SIZE',
    alignment: 'right',
    width: 8,
    priority: 5,
    cell: ({ bytes }) => ({ text: formatBytes(bytes), role: 'dim' }),
    sortValue: ({ bytes }) => bytes,
  },
  {
    id: 'notes',
    title: '',
    width: 10,
    grows: true,
    priority: 4,
    cell: ({ notes }) => ({ text: notes.join('; '), role: 'warning' }),
  },
];
