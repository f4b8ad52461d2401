import type { Notice, NoticeTarget, NotifySettings } from '../../../engine/contract/notices.ts';
import { sendToCommand } from './send-to-command.ts';
import { sendToDesktop } from './send-to-desktop.ts';
import { sendToWebhook } from './send-to-webhook.ts';

/** Whom a launch wants told, and the environment of what tells them. */
export interface NoticeTargets {
  readonly settings: NotifySettings;
  /** Of the launching shell. */
  readonly environment: Readonly<Record<string, string>>;
  /** The working directory of the launching shell. */
  readonly folder: string;
}

export interface NoticeOutcome {
  readonly target: NoticeTarget;
  /** Why it could not be sent, in words. */
  readonly failure?: string;
}

/** Sends a notice to every target, each on its own. Never rejects. */
export async function sendNotice(
  notice: Notice,
  { settings, environment, folder }: NoticeTargets,
  signal: AbortSignal,
): Promise<readonly NoticeOutcome[]> {
  const { command, webhook, desktop } = settings;
  const attempt = async (target: NoticeOutcome['target'], send: () => Promise<string | undefined>) => {
    const failure = await send().catch((error: unknown) => String(error));
    return failure === undefined ? { target } : { target, failure };
  };
  const options = { environment, folder, signal };
  return Promise.all([
    ...(command === undefined
      ? []
      : [attempt('command', () => sendToCommand(command, { ...options, input: JSON.stringify(notice) }))]),
    ...(webhook === undefined ? [] : [attempt('webhook', () => sendToWebhook(webhook, notice, { signal }))]),
    ...(desktop ? [attempt('desktop', () => sendToDesktop(notice, options))] : []),
  ]);
}
