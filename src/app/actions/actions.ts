import type { Actions } from '../shell/context/context.ts';
import { offeredActions } from '../shell/context/create-registry.ts';
import { views } from '../views/registry.ts';
import { askCommand } from './command/ask-command.ts';
import { copyFile } from './processes/copy-file.ts';
import { attachToProcess, execInProcess, openShell } from './processes/enter-process.ts';
import { scaleChosen } from './processes/scale.ts';
import { restartChosen, stopChosen } from './processes/stop-and-restart.ts';
import { goBack } from './screen/back.ts';
import { copyAll, copyScreen } from './screen/copy.ts';
import { save } from './screen/save.ts';
import { nextTheme, toggleMouse } from './screen/switches.ts';

/**
 * What keys do in views that give them no meaning of their own: what the kinds of views offer to all views, and the actions
 * that belong to no kind.
 */
export const actions: Actions = {
  ...offeredActions(views),
  attach: attachToProcess,
  back: goBack,
  command: askCommand,
  'copy-all': copyAll,
  'copy-file': copyFile,
  'copy-screen': copyScreen,
  exec: execInProcess,
  mouse: toggleMouse,
  quit: ({ terminal }) => terminal.exit(0),
  redraw: ({ terminal }) => terminal.redraw(),
  restart: restartChosen,
  save,
  scale: scaleChosen,
  shell: openShell,
  stop: stopChosen,
  suspend: ({ terminal }) => terminal.stopJob(),
  theme: nextTheme,
};
