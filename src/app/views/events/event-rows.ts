import type { ClusterEvent } from '../../../engine/contract/events.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { formatAge } from '../../../engine/text/durations.ts';
import type { ListRows } from '../../shell/list-view/list-rows.ts';
import type { Column } from '../../shell/lists/column.ts';
import { sortRows } from '../../shell/lists/sort.ts';
import type { EventsView } from './events-view.ts';

export interface EventContext {
  /** Milliseconds. */
  readonly now: number;
}

/** The number of events that are kept, the newest. */
export const maxEvents = 2_000;

/** Adds events in the order in which they came. One that is told again, with another count, moves to the end. */
export function addEvents(known: readonly ClusterEvent[], added: readonly ClusterEvent[]): readonly ClusterEvent[] {
  const again = new Set(added.map(({ id }) => id));
  const newest = new Map(added.map((event) => [event.id, event]));
  return [...known.filter(({ id }) => !again.has(id)), ...newest.values()].slice(-maxEvents);
}

export const eventColumns: readonly Column<ClusterEvent, EventContext>[] = [
  {
    id: 'age',
    title: 'AGE',
    alignment: 'right',
    width: 5,
    priority: 8,
    cell: ({ time }, { now }) => ({ text: formatAge(time, now), role: 'dim' }),
    sortValue: ({ time }) => -Date.parse(time),
  },
  {
    id: 'process',
    title: 'PROCESS',
    width: 12,
    maximumWidth: 40,
    keepsEnd: true,
    priority: 9,
    cell: ({ process: reference }) =>
      reference === undefined ? { text: '-', role: 'dim' } : { text: formatProcess(reference) },
    sortValue: ({ process: reference }) => (reference === undefined ? '' : formatProcess(reference)),
  },
  {
    id: 'reason',
    title: 'REASON',
    width: 12,
    maximumWidth: 20,
    priority: 10,
    cell: ({ reason, kind, state }) => {
      if (kind === 'warning') return { text: reason, role: state === 'failed' || state === 'lost' ? 'bad' : 'warning' };
      return { text: reason };
    },
    sortValue: ({ reason }) => reason,
  },
  {
    id: 'message',
    title: 'MESSAGE',
    width: 20,
    grows: true,
    priority: 7,
    cell: ({ message, count }) => ({ text: count > 1 ? `${message} (${count} times)` : message }),
    sortValue: ({ message }) => message,
  },
];

/** The rows of the view: those that contain the text of the filter, or with a leading `!` the others. */
export function eventRows({ events, list }: Pick<EventsView, 'events' | 'list'>): ListRows<ClusterEvent> {
  const inverse = list.filter.startsWith('!');
  const word = (inverse ? list.filter.slice(1) : list.filter).trim().toLowerCase();
  const kept = word === '' ? events : events.filter((event) => textOf(event).includes(word) !== inverse);
  const rows = sortRows(kept, eventColumns, list.sort, { now: 0 });
  return { rows, ids: rows.map(({ id }) => id), shown: rows.length, total: events.length };
}

function textOf({ process: reference, reason, message }: ClusterEvent): string {
  return `${reference === undefined ? '' : formatProcess(reference)} ${reason} ${message}`.toLowerCase();
}
