import { dirname } from 'node:path';
import type { ProcessReference } from '../../engine/status.ts';
import { quote } from '../machine/launch-file.ts';
import { processOption, sessionOption } from './panes.ts';
import { commandLine, escapeFormat } from './quote.ts';

/** A window with the keeper of one run in it. */
export interface WindowToStart {
  readonly index: number;
  readonly name: string;
  readonly mark: string;
  readonly argv: readonly string[];
  /** Where everything that comes out of its terminal is written to, if its process writes into the terminal. */
  readonly terminalLog?: string;
}

export interface SessionToStart {
  readonly name: string;
  /** That nobody else's session has. */
  readonly temporaryName: string;
  readonly mark: string;
  readonly historyLimit: number;
  readonly windows: readonly WindowToStart[];
}

/** So that programs find a terminal of a useful size before anybody looks at it. */
const columns = '160';
const rows = '50';
/** `if-shell -F` takes every text that begins with a 0 for false: marks may, so that they are compared. */
const isOwnSession = `#{!=:#{${sessionOption}},}`;
/** Where no process's window will be. */
const placeholderIndex = '1000000';

export function windowName(reference: ProcessReference): string {
  return reference.group === null ? reference.name : `${reference.group}:${reference.name}`;
}

/**
 * A session with all its windows. It gets its name last, because tmux goes on after a command that failed: with a name
 * that is taken, the rest would happen to somebody else's session.
 */
export function newSessionCommands(session: SessionToStart): string {
  const target = `=${session.temporaryName}:`;
  const placeholder = `${target}${placeholderIndex}`;
  return [
    // Windows take the history limit that holds when they are made: the first one comes before any can be set.
    commandLine(
      'new-session',
      '-d',
      '-s',
      session.temporaryName,
      '-x',
      columns,
      '-y',
      rows,
      '-c',
      '/',
      'exec sleep 60',
    ),
    commandLine('move-window', '-s', target, '-t', placeholder),
    ...sessionOptions(session.mark).map(([name, value]) => commandLine('set-option', '-t', target, name, value)),
    commandLine('set-option', '-t', target, 'history-limit', String(session.historyLimit)),
    ...session.windows.map((window) => newWindowCommands(target, window)),
    commandLine('select-window', '-t', `${target}^`),
    commandLine('kill-window', '-t', placeholder),
    // Leaves at once, from under any tmux around this one; elsewhere the key is what it was.
    commandLine('bind-key', '-n', 'C-]', 'if-shell', '-F', isOwnSession, 'detach-client', 'send-keys C-]'),
    commandLine('rename-session', '-t', target, session.name),
  ].join('');
}

/** A window more in a session that is there; `target` ends in a colon. */
export function newWindowCommands(target: string, window: WindowToStart): string {
  const place = `${target}${window.index}`;
  return [
    commandLine('new-window', '-d', '-t', place, '-n', window.name, '-c', '/', ...window.argv),
    commandLine('set-option', '-p', '-t', place, processOption, window.mark),
    commandLine('set-option', '-w', '-t', place, 'remain-on-exit', 'on'),
    ...pipeCommands(place, window),
  ].join('');
}

/** The next run in a pane that is there. */
export function respawnCommands(pane: string, window: WindowToStart): string {
  const respawn = commandLine('respawn-pane', '-k', '-t', pane, '-c', '/', ...window.argv);
  return [respawn, ...pipeCommands(pane, window)].join('');
}

/** In the same command file as the start, because nothing of the output comes in between. */
function pipeCommands(place: string, { terminalLog }: WindowToStart): string[] {
  return terminalLog === undefined ? [] : [commandLine('pipe-pane', '-t', place, escapeFormat(copyInto(terminalLog)))];
}

/** A full disk takes some of the log, not all that comes after. */
function copyInto(log: string): string {
  return `umask 077; until cat >>${quote(log)}; do [ -d ${quote(dirname(log))} ] || exit; sleep 1; done`;
}

/** What those who attach see of it. */
export function sessionOptions(mark: string): readonly (readonly [string, string])[] {
  return [
    [sessionOption, mark],
    ['mouse', 'on'],
    ['status-style', 'bg=colour236,fg=colour252'],
    ['status-left', '#[bold] #{session_name} #[default] '],
    ['status-left-length', '64'],
    ['status-right', ' leave: ctrl-] | next: ctrl-b n | list: ctrl-b w | scroll: ctrl-b [ '],
    ['status-right-length', '80'],
  ];
}
