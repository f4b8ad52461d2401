import { render } from 'ink-testing-library';
import { createElement } from 'react';
import { actions } from '../../../src/app/actions/actions.ts';
import type { AppOptions } from '../../../src/app/shell/context/options.ts';
import { App } from '../../../src/app/shell/frame/App.tsx';
import { handleKey } from '../../../src/app/shell/input/handle-key.ts';
import { handlePaste } from '../../../src/app/shell/input/overlay-keys.ts';
import { createContext, type RunningContext } from '../../../src/app/shell/start/create-context.ts';
import { createAppStore } from '../../../src/app/shell/start/create-store.ts';
import type { TerminalControl } from '../../../src/app/shell/terminal/terminal-control.ts';
import { withoutColours } from '../../../src/app/shell/text/sanitize.ts';
import { views } from '../../../src/app/views/registry.ts';
import { expectWord } from '../../../src/commands/interface/expect-word.ts';
import { readCommandLine } from '../../../src/commands/interface/read-command-line.ts';
import { builtinCommands } from '../../../src/commands/program/builtin-commands.ts';
import { createProgram } from '../../../src/commands/program/create-program.ts';
import { Cluster } from '../../../src/engine/client/cluster.ts';
import type { Backend } from '../../../src/engine/contract/backend.ts';
import { waitFor } from '../../support/wait-for.ts';

/** The interface's components, rendered into memory. */
export interface RenderedApp {
  readonly context: RunningContext;
  /** Sequences that bypassed the screen, and exit codes. */
  readonly written: string[];
  readonly exits: number[];
  /** What is on the screen, without colours. */
  screen(): string;
  type(text: string): Promise<void>;
  sees(what: RegExp): Promise<void>;
  end(): Promise<void>;
}

const program = createProgram({ name: 'symphony', version: '', commands: builtinCommands, runCommand: async () => {} });

export async function renderApp(backend: Backend, overrides: Partial<AppOptions> = {}): Promise<RenderedApp> {
  const written: string[] = [];
  const exits: number[] = [];
  const terminal: TerminalControl = {
    writeSequence: (sequence) => written.push(sequence),
    handOver: () => Promise.reject(new Error('There is no terminal to hand over.')),
    stopJob: async () => {},
    redraw: async () => {},
    exit: (code) => exits.push(code),
  };
  const options: AppOptions = {
    clusters: [],
    cluster: new Cluster(backend),
    readCommand: (line) => readCommandLine(builtinCommands, line),
    expectWord: (line) => expectWord(program, line),
    runCommand: async (words) => ({ exitCode: 0, output: `ran ${words.join(' ')}\n`, leftOut: 0 }),
    loadSpec: () => Promise.reject(new Error('There are no files.')),
    openBrowser: async () => {},
    tunnelCommand: () => undefined,
    settings: { theme: 'none', mouse: false, keys: {} },
    version: '0.0.0',
    environment: {},
    workingDirectory: '/nowhere',
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    ...overrides,
  };
  const { store } = createAppStore(options, views);
  const context = createContext(options, store, terminal, { views, actions });
  const instance = render(
    createElement(App, {
      store,
      views,
      onKey: (key) => handleKey(context, key),
      onPaste: (text) => handlePaste(context, text),
      onReady: () => {},
    }),
  );
  context.enterCluster(options.cluster, false);
  const screen = () => withoutColours(instance.lastFrame() ?? '');
  const app: RenderedApp = {
    context,
    written,
    exits,
    screen,
    async type(text) {
      instance.stdin.write(text);
      // Ink waits a moment for the rest of a sequence that begins with esc.
      if (text.endsWith('\x1b')) await waitFor(() => true);
    },
    async sees(what) {
      await waitFor(() => what.test(screen()), { timeout: 20 }).catch(() => {
        throw new Error(`There is no ${what}:\n${screen()}`);
      });
    },
    async end() {
      instance.unmount();
      await context.end();
    },
  };
  await app.sees(/›/);
  return app;
}
