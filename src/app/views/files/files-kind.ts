import type { AppContext } from '../../shell/context/context.ts';
import { experimentTargets } from '../../shell/context/targets.ts';
import { listKind } from '../../shell/list-view/list-kind.ts';
import { selectedRow } from '../../shell/list-view/list-rows.ts';
import { filterItems } from '../../shell/lists/filter.ts';
import { paint } from '../../shell/theme/theme.ts';
import { fileColumns } from './file-columns.ts';
import type { ExperimentFile, FilesView } from './files-view.ts';
import { openFiles } from './open-files.ts';
import { previewFile } from './preview-file.ts';

export const filesKind = listKind<FilesView, ExperimentFile, unknown>({
  kind: 'files',
  title: 'Experiment files',
  contexts: ['files'],
  path: () => ['launch'],
  rows: (_state, view) => rowsOf(view),
  columns: () => fileColumns,
  context: () => undefined,
  empty: ({ searching }) =>
    searching ? 'Looking for experiment files …' : 'No experiment file in this folder or below.',
  about: ({ theme }, { broken, summary }) => (broken ? paint(theme, 'bad', summary) : ''),
  targets: (_state, view) => experimentTargets(view),
  open: previewRow,
  actions: { launch: (context, view) => previewRow(context, view, selectedRow(rowsOf(view), view)) },
  offers: { launch: openFiles },
});

function rowsOf({ files, list }: FilesView) {
  const rows = filterItems(files, list.filter, ({ path }) => path);
  return { rows, ids: rows.map(({ path }) => path), shown: rows.length, total: files.length };
}

async function previewRow(context: AppContext, _view: FilesView, row: ExperimentFile | undefined): Promise<void> {
  if (row !== undefined) await previewFile(context, row.path);
}
