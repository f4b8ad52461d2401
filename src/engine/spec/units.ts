const secondsOf: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

const bytesOf: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

export const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
export const sizePattern = /^(\d+(?:\.\d+)?)([kKMGT]|[KMGT]i)?$/;
export const coresPattern = /^(\d+(?:\.\d+)?)(m)?$/;

/** Seconds from a number of seconds or `500ms`, `5s`, `2m`, `1h`; undefined if it is neither. */
export function parseDuration(value: number | string): number | undefined {
  if (typeof value === 'number') return atLeastZero(value);
  const [, amount, unit] = durationPattern.exec(value) ?? [];
  const seconds = unit === undefined ? undefined : secondsOf[unit];
  // 0.001 has no exact double: dividing gives the double nearest to the written value.
  if (seconds === undefined) return undefined;
  return atLeastZero(unit === 'ms' ? Number(amount) / 1000 : Number(amount) * seconds);
}

/** Bytes from a whole number of bytes or `512Mi`, `4G`; undefined if it is neither. Fractions of a byte are rounded. */
export function parseSize(value: number | string): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? atLeastZero(value) : undefined;
  const match = sizePattern.exec(value);
  const factor = match === null ? undefined : bytesOf[match[2] ?? ''];
  if (factor === undefined) return undefined;
  const bytes = Math.round(Number(match?.[1]) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Cores from a number or `0.5`, `500m`; undefined if it is neither. */
export function parseCores(value: number | string): number | undefined {
  if (typeof value === 'number') return atLeastZero(value);
  const match = coresPattern.exec(value);
  if (match === null) return undefined;
  return atLeastZero(match[2] === undefined ? Number(match[1]) : Number(match[1]) / 1000);
}

/** First and last port from `7000-8999`; undefined if it is not of that form. */
export function parsePortRange(text: string): [number, number] | undefined {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  return first === undefined || last === undefined ? undefined : [Number(first), Number(last)];
}

function atLeastZero(value: number): number | undefined {
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
