import type { Notice } from '../../../engine/contract/notices.ts';
import { noticeTitle } from '../../../engine/text/describe-notice.ts';
import { findExecutable } from '../programs/find-executable.ts';
import { type NoticeCommandOptions, sendToCommand } from './send-to-command.ts';

/**
 * Shows a notice on the desktop of a user, by `notify-send`.
 * @param options the environment is that of the user's session
 * @returns why it failed, in words; undefined if it succeeded
 */
export async function sendToDesktop(
  notice: Pick<Notice, 'kind' | 'experiment' | 'text' | 'state'>,
  options: Omit<NoticeCommandOptions, 'input'>,
): Promise<string | undefined> {
  const found = findExecutable('notify-send', options.environment.PATH ?? '');
  if (found.kind !== 'found') return 'notify-send is not installed';
  const { text, state } = notice;
  const urgency = state === 'succeeded' ? 'normal' : 'critical';
  // After `--` a text that begins with a hyphen is no option.
  return sendToCommand(
    [found.path, '--app-name=Symphony', `--urgency=${urgency}`, '--', noticeTitle(notice), text],
    options,
  );
}
