import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasNoticeTarget } from '../../../engine/contract/notices.ts';
import { writeFileAtomic } from '../../../engine/files/atomic-file.ts';
import type { NoticeTargets } from '../../kit/notices/send-notice.ts';

/**
 * The file of a launch that says who gets notices. It is no part of the record, because the address of a webhook may be a
 * secret: only its owner can read it, and it goes nowhere else.
 */
function targetsPath(folder: string): string {
  return join(folder, 'notify.json');
}

/** @param folder of the experiment */
export async function writeNoticeTargets(folder: string, targets: NoticeTargets | undefined): Promise<void> {
  const path = targetsPath(folder);
  if (targets === undefined || !hasNoticeTarget(targets.settings)) await rm(path, { force: true });
  else await writeFileAtomic(path, JSON.stringify(targets));
}

/** Undefined if the settings name no target of notices, or if the file cannot be used. */
export function readNoticeTargets(folder: string): NoticeTargets | undefined {
  try {
    const targets = JSON.parse(readFileSync(targetsPath(folder), 'utf8')) as NoticeTargets;
    const { settings, environment, folder: place } = targets;
    const isWhole = typeof settings === 'object' && typeof environment === 'object' && typeof place === 'string';
    return isWhole && hasNoticeTarget(settings) ? targets : undefined;
  } catch {
    return undefined;
  }
}
