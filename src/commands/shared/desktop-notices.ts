import type { Cluster } from '../../engine/client/cluster.ts';
import { NoticeWatch } from '../../engine/client/notice-watch.ts';
import type { NoticeKind } from '../../engine/contract/notices.ts';
import type { DueNotice } from '../../engine/rules/notices.ts';
import { readSetting } from '../../engine/settings/config.ts';
import type { Terminal } from './terminal.ts';

export interface DesktopNotices {
  /** The kinds of notices that are wanted; undefined for all. */
  readonly on: readonly NoticeKind[] | undefined;
  /** Shows a notice. Never rejects. @param write writes an escape sequence to the terminal; absent without one */
  show(notice: DueNotice, cluster: Cluster, write?: (sequence: string) => void): Promise<void>;
}

/** What shows notices on the desktop of the user; undefined if the settings want none. */
export async function desktopNotices(): Promise<DesktopNotices | undefined> {
  const { desktop, on } = await readSetting('notify');
  if (!desktop) return undefined;
  // Loaded now: a program that runs for long may outlive its files.
  const { showOnDesktop } = await import('../../backends/kit/notices/show-on-desktop.ts');
  return {
    on,
    show: (notice, cluster, write) =>
      showOnDesktop(notice, {
        environment: process.env,
        isToldByBackend: cluster.tells.includes('desktop'),
        write,
        signal: AbortSignal.timeout(showMilliseconds),
      }),
  };
}

/** Showing a notice must not keep a command from ending. */
const showMilliseconds = 10_000;

/**
 * Watches for the notices of an experiment that a command waits for. They are shown by its terminal, which is stderr or
 * else stdout.
 * @param around calls a write where it does no harm to what the command prints
 * @returns undefined if the settings want none
 */
export async function watchNotices(
  terminal: Pick<Terminal, 'stdout' | 'stderr'>,
  cluster: Cluster,
  around: (write: () => void) => void = (write) => write(),
): Promise<NoticeWatch | undefined> {
  const desktop = await desktopNotices();
  if (desktop === undefined) return undefined;
  const stream = [terminal.stderr, terminal.stdout].find(({ isTTY }) => isTTY);
  const write = stream === undefined ? undefined : (sequence: string) => around(() => stream.write(sequence));
  return new NoticeWatch((notice) => desktop.show(notice, cluster, write), desktop.on);
}
