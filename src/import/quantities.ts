import { formatExactDuration } from '../engine/text/durations.ts';
import { parseSize } from '../engine/text/quantities.ts';

const secondsOf: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration of a spec from one as Go writes it, `1m30s`, or a bare number of seconds; undefined if it is neither. */
export function parseImportedDuration(text: string): string | undefined {
  if (/^\d{1,9}$/.test(text)) return formatExactDuration(Number(text));
  if (!/^(\d{1,9}(\.\d{1,9})?(us|ms|s|m|h|d))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h|d)/g))
    seconds += Number(amount) * (secondsOf[unit] ?? 0);
  return formatExactDuration(Number(seconds.toFixed(3)));
}

/** A size of a spec from one as Docker reads it, where `m` and `mb` are mebibytes; undefined if it is none. */
export function parseImportedSize(text: string): string | undefined {
  const [, amount, unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?) ?(b|[kmgt](?:i?b)?|)$/i.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const letter = unit.charAt(0).toUpperCase();
  const size = letter === '' || letter === 'B' ? amount : `${amount}${letter}i`;
  return parseSize(size) === undefined ? undefined : size;
}
