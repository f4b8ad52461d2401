import { dirname } from 'node:path';
import type { ProcessReference } from '../../engine/contract/status.ts';
import { quoteWord } from '../../engine/text/format-command.ts';
import { processOption, sessionOption } from './server/panes.ts';
import { escapeFormat, tmuxCommand } from './server/quote.ts';

/** A window that runs the keeper of one run. */
export interface WindowToStart {
  readonly index: number;
  readonly name: string;
  readonly mark: string;
  readonly argv: readonly string[];
  /** Path of the log that the terminal's output is copied to; present if the process writes to the terminal. */
  readonly terminalLog?: string;
}

export interface SessionToStart {
  readonly name: string;
  /** A unique name. */
  readonly temporaryName: string;
  readonly mark: string;
  readonly historyLimit: number;
  readonly windows: readonly WindowToStart[];
}

/** Initial window size, so that programs find a useful terminal before a client attaches. */
const columns = '160';
const rows = '50';
/** `if-shell -F` treats text that begins with 0 as false, and a mark may begin so; hence the comparison. */
const isOwnSession = `#{!=:#{${sessionOption}},}`;
/** An index that no process's window uses. */
const placeholderIndex = '1000000';

export function windowName(reference: ProcessReference): string {
  return reference.group === null ? reference.name : `${reference.group}:${reference.name}`;
}

/**
 * Commands that create a session with all its windows. It gets its final name last: tmux continues after a failed
 * command, so with a name that is taken, the remaining commands would change another session.
 */
export function newSessionCommands(session: SessionToStart): string {
  const target = `=${session.temporaryName}:`;
  const placeholder = `${target}${placeholderIndex}`;
  return [
    // A window takes the history limit in effect at its creation, and the first window exists before any can be set.
    tmuxCommand(
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
    tmuxCommand('move-window', '-s', target, '-t', placeholder),
    ...sessionOptions(session.mark).map(([name, value]) => tmuxCommand('set-option', '-t', target, name, value)),
    tmuxCommand('set-option', '-t', target, 'history-limit', String(session.historyLimit)),
    ...session.windows.map((window) => newWindowCommands(target, window)),
    tmuxCommand('select-window', '-t', `${target}^`),
    tmuxCommand('kill-window', '-t', placeholder),
    // Binds the detach key, which also works inside another tmux. In other sessions the key is passed through.
    tmuxCommand('bind-key', '-n', 'C-]', 'if-shell', '-F', isOwnSession, 'detach-client', 'send-keys C-]'),
    tmuxCommand('rename-session', '-t', target, session.name),
  ].join('');
}

/** Commands that add a window to an existing session; `target` ends in a colon. */
export function newWindowCommands(target: string, window: WindowToStart): string {
  const place = `${target}${window.index}`;
  return [
    tmuxCommand('new-window', '-d', '-t', place, '-n', window.name, '-c', '/', ...window.argv),
    tmuxCommand('set-option', '-p', '-t', place, processOption, window.mark),
    tmuxCommand('set-option', '-w', '-t', place, 'remain-on-exit', 'on'),
    ...pipeCommands(place, window),
  ].join('');
}

/** Commands that start the next run in an existing pane. */
export function respawnCommands(pane: string, window: WindowToStart): string {
  const respawn = tmuxCommand('respawn-pane', '-k', '-t', pane, '-c', '/', ...window.argv);
  return [respawn, ...pipeCommands(pane, window)].join('');
}

/** In the same command file as the start, so that no output is missed in between. */
function pipeCommands(place: string, { terminalLog }: WindowToStart): string[] {
  return terminalLog === undefined ? [] : [tmuxCommand('pipe-pane', '-t', place, escapeFormat(copyInto(terminalLog)))];
}

/** A full disk loses part of the log; copying continues when there is space again. */
function copyInto(log: string): string {
  return `umask 077; until cat >>${quoteWord(log)}; do [ -d ${quoteWord(dirname(log))} ] || exit; sleep 1; done`;
}

/** Options that determine what attached clients see. */
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
