import { experimentTargets } from '../../shell/context/targets.ts';
import { listKind } from '../../shell/list-view/list-kind.ts';
import { filterItems } from '../../shell/lists/filter.ts';
import type { BackendEntry } from '../../shell/store/state.ts';
import { backendColumns } from './backend-columns.ts';
import type { BackendsView } from './backends-view.ts';
import { changeBackend } from './change-backend.ts';
import { openBackends } from './open-backends.ts';

export const backendsKind = listKind<BackendsView, BackendEntry, string | undefined>({
  kind: 'backends',
  title: 'Backends',
  contexts: ['backends'],
  path: () => ['backends'],
  rows({ backends }, { list }) {
    const rows = filterItems(backends, list.filter, ({ name }) => name);
    return { rows, ids: rows.map(({ name }) => name), shown: rows.length, total: backends.length };
  },
  columns: () => backendColumns,
  context: ({ cluster }) => cluster?.backend,
  empty: () => 'There are no backends.',
  targets: (_state, view) => experimentTargets(view),
  async open(context, _view, row) {
    if (row !== undefined) await changeBackend(context, row.name);
  },
  offers: { backends: openBackends },
});
