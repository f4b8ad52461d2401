import { readSetting } from '../settings/config.ts';
import { parseAge } from '../text/durations.ts';
import { parseSize } from '../text/quantities.ts';

/** How much of past experiments is kept, as the settings say. */
export interface HistoryLimits {
  /** The newest bytes of each log. With 0, no logs are kept. */
  readonly logBytes: number;
  /** Absent if entries are kept however old they are. With 0, nothing is kept. */
  readonly ageSeconds?: number;
  /** Absent if there is no limit. With 0, nothing is kept. */
  readonly totalBytes?: number;
}

/** @throws SymphonyError `usage` for an invalid setting */
export async function readHistoryLimits(): Promise<HistoryLimits> {
  const [log, age, total] = await Promise.all([
    readSetting('historyLogSize'),
    readSetting('historyAge'),
    readSetting('historySize'),
  ]);
  const ageSeconds = limitOf(age, parseAge);
  const totalBytes = limitOf(total, parseSize);
  return {
    logBytes: limitOf(log, parseSize) ?? 0,
    ...(ageSeconds === undefined ? {} : { ageSeconds }),
    ...(totalBytes === undefined ? {} : { totalBytes }),
  };
}

/** Whether nothing is kept at all. */
export function isHistoryOff({ ageSeconds, totalBytes }: HistoryLimits): boolean {
  return ageSeconds === 0 || totalBytes === 0;
}

/** The patterns of the settings allow only what the parsers take. */
function limitOf(text: string, parse: (text: string) => number | undefined): number | undefined {
  if (text === 'off') return 0;
  return text === 'unlimited' ? undefined : parse(text);
}
