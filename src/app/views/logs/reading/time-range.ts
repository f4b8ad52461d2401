import { SymphonyError } from '../../../../engine/contract/errors.ts';
import { parseAge } from '../../../../engine/text/durations.ts';

/** A time range in milliseconds; an absent end is open. */
export interface TimeRange {
  readonly source: string;
  readonly from?: number;
  readonly to?: number;
}

/**
 * Parses a range as users type it: `5m` (the last five minutes), `14:00` (since then), `14:00-14:30`, `2h-1h` (from two hours
 * to one hour ago), `-14:30`. Both ends are inclusive, to the second. A time of day is local, and the most recent such
 * moment. Empty means no range.
 * @param now milliseconds
 * @throws SymphonyError `usage`
 */
export function parseTimeRange(text: string, now: number): TimeRange | undefined {
  const source = text.trim();
  if (source === '') return undefined;
  const [from = '', to, ...more] = source.split('-').map((part) => part.trim());
  if (more.length > 0 || (from === '' && (to === undefined || to === ''))) throw wrong(source);
  const start = from === '' ? undefined : parseMoment(from, now, source);
  const end = to === undefined || to === '' ? undefined : parseMoment(to, now, source);
  if (start !== undefined && end !== undefined && start > end) {
    throw new SymphonyError('usage', `The time range ${source} ends before it begins.`);
  }
  return { source, ...(start === undefined ? {} : { from: start }), ...(end === undefined ? {} : { to: end }) };
}

function parseMoment(text: string, now: number, source: string): number {
  const age = /^\d+$/.test(text) ? undefined : parseAge(text);
  if (age !== undefined) return now - age * 1000;
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (clock === null) throw wrong(source);
  const [hours, minutes, seconds] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) throw wrong(source);
  const moment = new Date(now);
  moment.setHours(hours, minutes, seconds, 0);
  if (moment.getTime() > now) moment.setDate(moment.getDate() - 1);
  return moment.getTime();
}

function wrong(source: string): SymphonyError {
  return new SymphonyError('usage', `${JSON.stringify(source)} is not a time range.`, {
    hint: 'Write 5m for the last five minutes, 14:00 for since then, or 14:00-14:30.',
  });
}

/** Whether a line's time is in the range. A line without a time is. */
export function isInRange(range: TimeRange, time: string | undefined): boolean {
  if (time === undefined) return true;
  const moment = Date.parse(time);
  return (range.from === undefined || moment >= range.from - 999) && (range.to === undefined || moment <= range.to);
}
