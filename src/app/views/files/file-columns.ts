import type { Column } from '../../shell/lists/column.ts';
import type { ExperimentFile } from './files-view.ts';

export const fileColumns: readonly Column<ExperimentFile, unknown>[] = [
  { id: 'path', title: 'FILE', width: 20, maximumWidth: 50, priority: 10, cell: ({ path }) => ({ text: path }) },
  {
    id: 'name',
    title: 'EXPERIMENT',
    width: 12,
    maximumWidth: 30,
    priority: 9,
    cell: ({ name }) => ({ text: name, role: 'accent' }),
  },
  {
    id: 'summary',
    title: '',
    width: 12,
    grows: true,
    priority: 8,
    cell: ({ summary, broken }) => ({ text: summary, role: broken ? 'bad' : 'dim' }),
  },
];
