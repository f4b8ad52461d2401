import type { AppContext } from '../../shell/context/context.ts';
import { listKind } from '../../shell/list-view/list-kind.ts';
import { selectedRow } from '../../shell/list-view/list-rows.ts';
import { filterItems } from '../../shell/lists/filter.ts';
import { sortRows } from '../../shell/lists/sort.ts';
import { experimentName } from '../../shell/status/place.ts';
import { openServices } from './open-services.ts';
import { type ServiceRow, serviceColumns } from './service-rows.ts';
import type { ServicesView } from './services-view.ts';
import { visit, visitService } from './visit.ts';

export const servicesKind = listKind<ServicesView, ServiceRow, unknown>({
  kind: 'services',
  title: 'Services',
  contexts: ['services', 'on-experiment'],
  path: (state, { experiment }) => [experimentName(state, experiment), 'services'],
  rows: (_state, view) => rowsOf(view),
  columns: () => serviceColumns,
  context: () => undefined,
  empty: () => 'The experiment has no services.',
  targets({ model }, { experiment }) {
    const processes = model.get(experiment)?.processes ?? [];
    return { selections: [{ experiment, processes }], ...(processes.length === 1 ? {} : { name: 'all' }) };
  },
  open: visitRow,
  actions: { visit: (context, view) => visitRow(context, view, selectedRow(rowsOf(view), view)) },
  offers: { services: openServices, visit },
});

function rowsOf({ rows, list }: ServicesView) {
  const kept = filterItems(rows, list.filter, ({ service }) => service.name);
  const sorted = sortRows(kept, serviceColumns, list.sort, undefined);
  return { rows: sorted, ids: sorted.map(({ service }) => service.name), shown: sorted.length, total: rows.length };
}

async function visitRow(context: AppContext, { experiment }: ServicesView, row: ServiceRow | undefined): Promise<void> {
  if (row !== undefined) await visitService(context, experiment, row.service.name);
}
