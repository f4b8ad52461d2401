import type { StoreApi } from 'zustand/vanilla';
import { actions } from '../../../src/app/actions/actions.ts';
import type { AppContext } from '../../../src/app/shell/context/context.ts';
import type { AppOptions } from '../../../src/app/shell/context/options.ts';
import { createContext, type RunningContext } from '../../../src/app/shell/start/create-context.ts';
import { createAppStore } from '../../../src/app/shell/start/create-store.ts';
import type { AppState } from '../../../src/app/shell/store/state.ts';
import type { TerminalControl } from '../../../src/app/shell/terminal/terminal-control.ts';
import { views } from '../../../src/app/views/registry.ts';
import { expectWord } from '../../../src/commands/interface/expect-word.ts';
import { readCommandLine } from '../../../src/commands/interface/read-command-line.ts';
import { builtinCommands } from '../../../src/commands/program/builtin-commands.ts';
import { createProgram } from '../../../src/commands/program/create-program.ts';
import { Cluster } from '../../../src/engine/client/cluster.ts';
import type { Backend } from '../../../src/engine/contract/backend.ts';

/** A context of the interface without a screen, and what its actions did to the terminal. */
export interface OpenContext {
  readonly context: RunningContext;
  readonly store: StoreApi<AppState>;
  /** Sequences that bypassed the screen, and exit codes. */
  readonly written: string[];
  readonly exits: number[];
}

const program = createProgram({ name: 'symphony', version: '', commands: builtinCommands, runCommand: async () => {} });

/**
 * Puts the interface together as `runApp` does, without Ink. The cluster is not entered yet.
 * @param parts other kinds of views and other actions than those of the program
 */
export function openContext(
  backend: Backend,
  overrides: Partial<AppOptions> = {},
  terminal: Partial<TerminalControl> = {},
  parts: Pick<AppContext, 'views' | 'actions'> = { views, actions },
): OpenContext {
  const written: string[] = [];
  const exits: number[] = [];
  const control: TerminalControl = {
    writeSequence: (sequence) => written.push(sequence),
    writeSequenceLater: (sequence) => written.push(sequence),
    handOver: () => Promise.reject(new Error('There is no terminal to hand over.')),
    stopJob: async () => {},
    redraw: async () => {},
    exit: (code) => exits.push(code),
    ...terminal,
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
  const { store } = createAppStore(options, parts.views);
  return { context: createContext(options, store, control, parts), store, written, exits };
}
