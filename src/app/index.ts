import { join } from 'node:path';
import { render } from 'ink';
import { createElement } from 'react';
import { symphonyPaths } from '../engine/files/paths.ts';
import { actions } from './actions/actions.ts';
import { limitMemory } from './limit-memory.ts';
import type { AppOptions } from './shell/context/options.ts';
import { App } from './shell/frame/App.tsx';
import { handleKey } from './shell/input/handle-key.ts';
import { createMouseHandler } from './shell/input/handle-mouse.ts';
import { handlePaste } from './shell/input/overlay-keys.ts';
import { createContext } from './shell/start/create-context.ts';
import { createAppStore } from './shell/start/create-store.ts';
import { InkTerminal } from './shell/terminal/ink-terminal.ts';
import { watchLifecycle } from './shell/terminal/lifecycle.ts';
import { captureStrayOutput } from './shell/terminal/stray-output.ts';
import { openExperiment } from './views/processes/open-experiment.ts';
import { views } from './views/registry.ts';

export type { AppOptions, ExpectedWord, ReadCommand } from './shell/context/options.ts';

/** The exit code after the terminal has disappeared, the same as after SIGHUP. */
const terminalGoneExitCode = 129;

/**
 * Runs the full-screen interface until the user leaves, and resolves with the exit code. The terminal is restored however
 * the interface ends.
 * @throws the error that ended the interface, after the terminal was restored
 */
export async function runApp(options: AppOptions): Promise<number> {
  const { stdin, stdout, stderr } = options;
  const { store, problems } = createAppStore(options, views);
  let exitCode = 0;
  let crash: { readonly error: unknown } | undefined;
  const terminal = new InkTerminal({
    stdin,
    stdout,
    stderr,
    onMouse: (event) => onMouse(event),
    onHandOver: (isAway) => stray.pass(isAway),
    onExit: (code) => {
      exitCode = code;
    },
  });
  const context = createContext(options, store, terminal, { views, actions });
  const onMouse = createMouseHandler(context);
  const strayPath = join(symphonyPaths(options.environment).state, 'interface.log');
  const stray = captureStrayOutput({
    stderr,
    path: strayPath,
    onFirst: (isKept) =>
      context.notify.warning(
        'Output that does not belong to the interface was captured.',
        isKept ? `It is in ${strayPath}` : `It is lost: ${strayPath} cannot be written.`,
      ),
  });
  const unsubscribe = store.subscribe(({ mouse }) => terminal.setMouse(mouse));
  const stopLimiting = limitMemory();
  const unwatch = watchLifecycle({
    stdin,
    stdout,
    end: (code) => terminal.exit(code),
    terminalGone: () => terminal.exit(terminalGoneExitCode),
    strayRejection: (reason) => {
      stray.note('unhandled rejection', reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
      context.notify.error(reason);
    },
    crash: (error) => {
      crash ??= { error };
      terminal.exit(1);
    },
    stop: () => void terminal.stopJob().catch((error: unknown) => context.notify.error(error)),
    resumed: () => void terminal.redraw().catch((error: unknown) => context.notify.error(error)),
  });
  const app = createElement(App, {
    store,
    views,
    onKey: (key) => handleKey(context, key),
    onPaste: (text) => handlePaste(context, text),
    onReady: (ink) => {
      terminal.connect(ink);
      terminal.setMouse(store.getState().mouse);
    },
  });
  const instance = render(app, {
    stdin,
    stdout,
    stderr,
    alternateScreen: true,
    incrementalRendering: true,
    patchConsole: false,
    exitOnCtrlC: false,
    interactive: true,
    maxFps: 60,
    onRender: ({ renderTime }) => context.noteFrame(renderTime),
  });
  try {
    context.enterCluster(options.cluster, false);
    if (options.experiment !== undefined) openExperiment(context, options.experiment);
    for (const problem of problems) context.notify.warning(problem);
    await instance.waitUntilExit();
  } finally {
    unwatch();
    stopLimiting();
    unsubscribe();
    terminal.release();
    await context.end();
    stray.stop();
  }
  if (crash !== undefined) throw crash.error;
  return exitCode;
}
