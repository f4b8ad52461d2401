import type { Notice } from '../../../engine/contract/notices.ts';
import { findExecutable } from '../programs/find-executable.ts';
import { type NoticeCommandOptions, sendToCommand } from './send-to-command.ts';

/**
 * Shows a notice on the desktop of a user, by `notify-send`.
 * @param options the environment is that of the user's session
 * @returns why it failed, in words; undefined if it succeeded
 */
export async function sendToDesktop(
  { kind, experiment, text, state }: Notice,
  options: Omit<NoticeCommandOptions, 'input'>,
): Promise<string | undefined> {
  const found = findExecutable('notify-send', options.environment.PATH ?? '');
  if (found.kind !== 'found') return 'notify-send is not installed';
  const urgency = state === 'succeeded' ? 'normal' : 'critical';
  const title = `Symphony: ${experiment} ${kind}`;
  // After `--` a text that begins with a hyphen is no option.
  return sendToCommand([found.path, '--app-name=Symphony', `--urgency=${urgency}`, '--', title, text], options);
}
