import type { ExperimentStatus } from '../../../engine/contract/status.ts';
import { formatAge, secondsSince } from '../../../engine/text/durations.ts';
import type { Column } from '../../shell/lists/column.ts';
import { experimentSigns } from '../../shell/theme/state-sign.ts';

export interface ExperimentContext {
  /** Milliseconds. */
  readonly now: number;
  readonly current: string | null;
}

/** The order when sorting by state: broken experiments first. */
const severity = ['failed', 'degraded', 'stopping', 'starting', 'running', 'succeeded'];

export const experimentColumns: readonly Column<ExperimentStatus, ExperimentContext>[] = [
  {
    id: 'name',
    title: 'NAME',
    width: 16,
    maximumWidth: 80,
    keepsEnd: true,
    priority: 10,
    cell: ({ name }, { current }) => (name === current ? { text: `${name} *`, role: 'accent' } : { text: name }),
    sortValue: ({ name }) => name,
  },
  {
    id: 'place',
    title: 'PLACE',
    width: 16,
    maximumWidth: 40,
    priority: 8.5,
    cell: ({ place = '' }) => ({ text: place, role: 'dim' }),
    sortValue: ({ place = '' }) => place,
  },
  {
    id: 'state',
    title: 'STATE',
    width: 12,
    priority: 9,
    cell: ({ state }) => ({
      text: `${experimentSigns[state].sign} ${state}`,
      role: experimentSigns[state].role,
    }),
    sortValue: ({ state }) => severity.indexOf(state),
  },
  {
    id: 'ready',
    title: 'READY',
    alignment: 'right',
    width: 9,
    priority: 8,
    cell: ({ processes: { ready, total } }) => ({ text: `${ready}/${total}` }),
    sortValue: ({ processes: { total } }) => total,
  },
  {
    id: 'failed',
    title: 'FAILED',
    alignment: 'right',
    width: 6,
    priority: 7,
    cell: ({ processes: { failed } }) =>
      failed > 0 ? { text: String(failed), role: 'bad' } : { text: '0', role: 'dim' },
    sortValue: ({ processes: { failed } }) => failed,
  },
  {
    id: 'age',
    title: 'AGE',
    alignment: 'right',
    width: 5,
    priority: 6,
    cell: ({ createdAt }, { now }) => ({ text: formatAge(createdAt, now) }),
    sortValue: ({ createdAt }, { now }) => secondsSince(createdAt, now) ?? 0,
  },
  {
    id: 'services',
    title: 'SERVICES',
    width: 10,
    maximumWidth: 40,
    grows: true,
    priority: 5,
    cell: ({ services, reason }) => {
      if (reason !== undefined) return { text: reason, role: 'warning' };
      const exposed = services.filter(({ kind }) => kind === 'expose').map(({ name, port }) => `${name}:${port}`);
      const bound = services.filter(({ kind }) => kind === 'bind').map(({ name }) => name);
      return { text: [...exposed, ...bound].join(' '), role: 'dim' };
    },
  },
];

const columnsWithoutPlace = experimentColumns.filter(({ id }) => id !== 'place');

/** The columns of the list of experiments; `places` says whether any experiment has a place. */
export function experimentColumnsOf({ places }: { readonly places: boolean }) {
  return places ? experimentColumns : columnsWithoutPlace;
}
