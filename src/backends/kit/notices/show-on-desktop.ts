import { homedir } from 'node:os';
import type { DueNotice } from '../../../engine/rules/notices.ts';
import { noticeTitle } from '../../../engine/text/describe-notice.ts';
import { findExecutable } from '../programs/find-executable.ts';
import { tmuxPassesThrough } from './ask-tmux.ts';
import { sendToDesktop } from './send-to-desktop.ts';
import { terminalKind, terminalNotice, throughTmux } from './terminal-notice.ts';

export interface DesktopOptions {
  /** Of this program. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether the backend itself tells the desktop of this machine, by `notify-send`. */
  readonly isToldByBackend: boolean;
  /** Writes an escape sequence to the terminal of this program; absent without one. */
  readonly write?: ((sequence: string) => void) | undefined;
  readonly signal: AbortSignal;
}

/**
 * Shows a notice on the desktop of the user of this program: by `notify-send` in a session of this machine, else by the
 * terminal, which may be on another machine. Where neither can, nothing is shown. Never rejects.
 */
export async function showOnDesktop(
  notice: DueNotice,
  { environment, isToldByBackend, write, signal }: DesktopOptions,
): Promise<void> {
  const env = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  if (hasOwnDesktop(env)) {
    if (!isToldByBackend) await sendToDesktop(notice, { environment: env, folder: homedir(), signal });
    return;
  }
  if (write === undefined) return;
  const terminal = terminalKind(env);
  if (terminal.kind === 'none') return;
  const isTmux = terminal.kind === 'tmux';
  if (isTmux && !(await tmuxPassesThrough(env, signal))) return;
  const sequence = terminalNotice(noticeTitle(notice), notice.text, isTmux ? 'osc9' : terminal.form);
  if (!signal.aborted) write(isTmux ? throughTmux(sequence) : sequence);
}

/** Whether this program runs in a graphical session of this machine whose desktop `notify-send` can tell. */
function hasOwnDesktop(environment: Readonly<Record<string, string>>): boolean {
  const { DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION, SSH_TTY, PATH } = environment;
  if (!(DISPLAY || WAYLAND_DISPLAY) || SSH_CONNECTION || SSH_TTY) return false;
  return findExecutable('notify-send', PATH ?? '').kind === 'found';
}
