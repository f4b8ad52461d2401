import type { AppContext } from '../shell/context/context.ts';
import type { ActionName } from '../shell/keys/binding.ts';
import * as navigation from '../shell/list-view/list-actions.ts';
import type { Movement } from '../shell/lists/cursor.ts';
import { fileRows, selectedRow, serviceRows } from '../shell/store/selection.ts';
import { topView } from '../shell/store/state.ts';
import { isListView } from '../shell/store/view-updates.ts';
import * as text from '../shell/text-view/text-actions.ts';
import { openBackends } from '../views/backends/open-backends.ts';
import * as logs from '../views/logs/log-actions.ts';
import { openAllLogs, openLogs, openPreviousLogs } from '../views/logs/open-logs.ts';
import { visit, visitService } from '../views/services/visit.ts';
import type { Action } from './action.ts';
import { askCommand } from './command/command.ts';
import { deleteChosenExperiments } from './experiments/delete-experiments.ts';
import { describe, openServices, showSpec } from './experiments/describe.ts';
import { openHelp, openMessages } from './help.ts';
import { launchPlan, openFiles, previewFile } from './launch.ts';
import { openSelected } from './open.ts';
import { copyFile } from './processes/copy-file.ts';
import { restartChosen, stopChosen } from './processes/end-processes.ts';
import { attachToProcess, execInProcess, openShell } from './processes/enter-process.ts';
import { copyAll, copyScreen, save } from './screen/save.ts';
import { nextTheme, switchExperiment, toggleMouse } from './screen/switches.ts';

const isLogs = ({ store }: AppContext) => topView(store.getState()).kind === 'logs';

/** Moves the cursor of a list, or scrolls a log or a text. */
function move(movement: Movement): Action {
  return (context) => {
    const view = topView(context.store.getState());
    if (isListView(view)) navigation.moveInList(context, view, movement);
    else if (view.kind === 'logs') logs.moveInLogs(context, movement);
    else text.moveInText(context, movement);
  };
}

/** The implementation of every action of the keymap. */
export const actions: Readonly<Record<ActionName, Action>> = {
  attach: attachToProcess,
  back: navigation.goBack,
  backends: openBackends,
  bottom: move('bottom'),
  'clear-marks': navigation.clearMarks,
  collapse: (context) => navigation.setCollapsed(context, true),
  command: askCommand,
  'copy-all': copyAll,
  'copy-file': copyFile,
  'copy-screen': copyScreen,
  delete: deleteChosenExperiments,
  describe,
  down: move('down'),
  exec: execInProcess,
  expand: (context) => navigation.setCollapsed(context, false),
  filter: navigation.filterList,
  'filter-lines': logs.filterLogs,
  follow: logs.toggleFollow,
  help: openHelp,
  launch: launchHere,
  left: (context) => (isLogs(context) ? logs.moveLogsSideways(context, -1) : text.moveTextSideways(context, -1)),
  logs: openLogs,
  'logs-all': (context) => openAllLogs(context),
  'logs-previous': openPreviousLogs,
  mark: navigation.markRow,
  'mark-all': navigation.markAll,
  messages: openMessages,
  mouse: toggleMouse,
  'next-failed': navigation.nextFailed,
  'next-match': (context) => (isLogs(context) ? logs.jumpToLogMatch(context, 1) : text.jumpToMatch(context, 1)),
  open: openSelected,
  'page-down': move('page-down'),
  'page-up': move('page-up'),
  'previous-match': (context) => (isLogs(context) ? logs.jumpToLogMatch(context, -1) : text.jumpToMatch(context, -1)),
  quit: ({ terminal }) => terminal.exit(0),
  redraw: ({ terminal }) => terminal.redraw(),
  restart: restartChosen,
  reverse: navigation.reverseSort,
  right: (context) => (isLogs(context) ? logs.moveLogsSideways(context, 1) : text.moveTextSideways(context, 1)),
  save,
  search: (context) => (isLogs(context) ? logs.searchLogs(context) : text.searchText(context)),
  services: openServices,
  shell: openShell,
  sort: navigation.sortList,
  spec: showSpec,
  stop: stopChosen,
  suspend: ({ terminal }) => terminal.stopJob(),
  'switch-experiment': switchExperiment,
  theme: nextTheme,
  'time-range': logs.chooseTimeRange,
  timestamps: logs.toggleTimestamps,
  top: move('top'),
  up: move('up'),
  visit: visitHere,
  wrap: (context) => (isLogs(context) ? logs.toggleLogWrap(context) : text.toggleTextWrap(context)),
};

async function launchHere(context: AppContext): Promise<void> {
  const view = topView(context.store.getState());
  if (view.kind === 'text') return launchPlan(context);
  if (view.kind !== 'files') return openFiles(context);
  const file = selectedRow(fileRows(view), view);
  if (file !== undefined) await previewFile(context, file.path);
}

async function visitHere(context: AppContext): Promise<void> {
  const view = topView(context.store.getState());
  if (view.kind !== 'services') return visit(context);
  const row = selectedRow(serviceRows(view), view);
  if (row !== undefined) await visitService(context, view.experiment, row.service.name);
}
