import { backendColumns } from '../../views/backends/backend-columns.ts';
import { experimentColumnsOf } from '../../views/experiments/experiment-columns.ts';
import { fileColumns } from '../../views/files/file-columns.ts';
import { processColumnsOf } from '../../views/processes/process-columns.ts';
import { serviceColumns } from '../../views/services/service-rows.ts';
import type { ListContent } from '../list-view/render-list.ts';
import type { Column } from '../lists/column.ts';
import { havePlaces } from '../status/place.ts';
import { bodyHeight } from '../store/layout.ts';
import {
  backendRows,
  experimentContext,
  experimentRows,
  fileRows,
  type ListRows,
  processContext,
  processRows,
  serviceRows,
} from '../store/selection.ts';
import type { AppState } from '../store/state.ts';
import type { ListView } from '../store/view-updates.ts';

/** The content of a list whose row type is not known statically. */
export type AnyListContent = ListContent<unknown, unknown>;

/** The content of a list view. */
export function listContent(state: AppState, view: ListView): AnyListContent {
  function content<Row, Context>(
    columns: readonly Column<Row, Context>[],
    { rows, ids, total }: ListRows<Row>,
    context: Context,
    empty: string,
  ): AnyListContent {
    const { theme, size } = state;
    const shown = total > 0 ? 'Nothing matches the filter.' : empty;
    const { list } = view;
    return {
      columns,
      rows,
      ids,
      list,
      context,
      theme,
      width: size.columns,
      height: bodyHeight(size),
      empty: shown,
    } as AnyListContent;
  }
  switch (view.kind) {
    case 'experiments':
      return content(
        experimentColumnsOf({ places: havePlaces([...state.model.values()].map(({ experiment }) => experiment)) }),
        experimentRows(state, view),
        experimentContext(state),
        'No experiments.',
      );
    case 'processes':
      return content(
        processColumnsOf({ measures: state.cluster?.capabilities.metrics !== undefined }),
        processRows(state, view),
        processContext(state),
        'The experiment no longer has processes.',
      );
    case 'services':
      return content(serviceColumns, serviceRows(view), undefined, 'The experiment has no services.');
    case 'backends':
      return content(backendColumns, backendRows(state, view), state.cluster?.backend, 'There are no backends.');
    case 'files':
      return content(
        fileColumns,
        fileRows(view),
        undefined,
        view.searching ? 'Looking for experiment files …' : 'No experiment file in this folder or below.',
      );
  }
}
