import type { AppContext, ViewKind } from '../../shell/context/context.ts';
import { experimentTargets } from '../../shell/context/targets.ts';
import { experimentName } from '../../shell/status/place.ts';
import { bodyHeight } from '../../shell/store/layout.ts';
import { updateView } from '../../shell/store/view-updates.ts';
import { fileName } from '../../shell/text/file-name.ts';
import {
  chooseTimeRange,
  filterLogs,
  jumpToLogMatch,
  moveInLogs,
  moveLogsSideways,
  scrollLogs,
  searchLogs,
  toggleFollow,
  toggleLogWrap,
  toggleTimestamps,
} from './log-actions.ts';
import { logBindings } from './log-bindings.ts';
import { plainLine } from './log-lines.ts';
import { visibleLines } from './log-window.ts';
import { isLogsView, type LogsView } from './logs-view.ts';
import { openAllLogs, openLogs, openPreviousLogs, toggleRun } from './open-logs.ts';
import { renderLogStatus } from './render-log-status.ts';
import { lineFormat, logRows, renderLogs } from './render-logs.ts';
import { wholeLog } from './whole-log.ts';

export const logsKind: ViewKind<LogsView> = {
  kind: 'logs',
  sections: [{ title: 'Logs', contexts: ['logs'] }],
  bindings: logBindings,
  actions: {
    up: (context) => moveInLogs(context, 'up'),
    down: (context) => moveInLogs(context, 'down'),
    'page-up': (context) => moveInLogs(context, 'page-up'),
    'page-down': (context) => moveInLogs(context, 'page-down'),
    top: (context) => moveInLogs(context, 'top'),
    bottom: (context) => moveInLogs(context, 'bottom'),
    left: (context) => moveLogsSideways(context, -1),
    right: (context) => moveLogsSideways(context, 1),
    search: searchLogs,
    'next-match': (context) => jumpToLogMatch(context, 1),
    'previous-match': (context) => jumpToLogMatch(context, -1),
    'filter-lines': filterLogs,
    follow: toggleFollow,
    wrap: toggleLogWrap,
    timestamps: toggleTimestamps,
    'time-range': chooseTimeRange,
    'logs-previous': toggleRun,
  },
  offers: { logs: openLogs, 'logs-all': openAllLogs, 'logs-previous': openPreviousLogs },
  showsMetrics: false,
  path: (state, { experiment, title }) => [experimentName(state, experiment), title],
  render: renderLogs,
  status: renderLogStatus,
  times: () => '',
  // The cluster does not have an experiment of the history.
  targets: (_state, view) => (view.session.source.past === undefined ? experimentTargets(view) : { selections: [] }),
  back: endNarrowing,
  scroll: (context, _view, rows) => scrollLogs(context, rows),
  text: {
    fileName: ({ title }) => fileName(title, 'log'),
    whole: (_state, view, signal) => wholeLog(view.session, view, signal),
    onScreen(state, view) {
      const format = lineFormat(state, view);
      return visibleLines(logRows(state, view), format, bodyHeight(state.size), view.anchor).map((line) => {
        const name = format.sources.length > 1 ? format.sources[line.source] : undefined;
        return plainLine(line, name, format.timestamps);
      });
    },
  },
};

/** Ends the first of these that exists: the search, the filter, the time range. */
function endNarrowing({ store }: AppContext, { session }: LogsView): boolean {
  const change = (changes: Partial<LogsView>) => updateView(store, isLogsView, (view) => ({ ...view, ...changes }));
  if (session.search !== undefined) {
    session.setSearch(undefined);
    change({ match: undefined });
  } else if (session.filter !== undefined) {
    session.setFilter(undefined);
    change({});
  } else if (session.range !== undefined) {
    session.setRange(undefined);
    session.open();
    change({ anchor: undefined });
  } else return false;
  return true;
}
