import type { BackendCheck } from '../../../engine/contract/backend-definition.ts';
import type { Column } from '../../shell/lists/column.ts';

interface BackendRow {
  readonly name: string;
  readonly summary: string;
  readonly check: BackendCheck | undefined;
}

/** The context is the name of the backend in use. */
export const backendColumns: readonly Column<BackendRow, string | undefined>[] = [
  {
    id: 'name',
    title: 'BACKEND',
    width: 10,
    maximumWidth: 20,
    priority: 10,
    cell: ({ name }, current) => (name === current ? { text: `${name} *`, role: 'accent' } : { text: name }),
  },
  {
    id: 'works',
    title: 'WORKS HERE',
    width: 10,
    priority: 9,
    cell: ({ check }) => {
      if (check === undefined) return { text: '◐ checking', role: 'busy' };
      return check.works ? { text: '● yes', role: 'good' } : { text: '✗ no', role: 'bad' };
    },
  },
  {
    id: 'detail',
    title: '',
    width: 20,
    grows: true,
    priority: 8,
    cell: ({ check, summary }) => ({ text: check === undefined || check.works ? summary : check.detail, role: 'dim' }),
  },
];
