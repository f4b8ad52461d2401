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

/** A size in a spec. */
export const sizePattern = /^(\d+(?:\.\d+)?)([kKMGT]|[KMGT]i)?$/;
/** A number of cores in a spec. */
export const coresPattern = /^(\d+(?:\.\d+)?)(m)?$/;

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

function atLeastZero(value: number): number | undefined {
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/**
 * Bytes for people, in three or four digits: `17 B`, `1.5 MiB`, `512 MiB`.
 * @param bytes undefined if they are unknown, which gives an empty text
 */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  let amount = bytes;
  let unit = 0;
  // 1023.6 KiB would round up to 1024.
  while (amount >= 1023.5 && unit < byteUnits.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${amount < 99.95 ? Number(amount.toFixed(1)) : Math.round(amount)} ${byteUnits[unit]}`;
}

/**
 * CPU in use for people, in cores: `0.42`, `3.10`, `12.5`, `128`.
 * @param cores undefined if it is unknown, which gives an empty text
 */
export function formatCores(cores: number | undefined): string {
  if (cores === undefined) return '';
  if (cores < 9.995) return cores.toFixed(2);
  return cores < 99.95 ? cores.toFixed(1) : String(Math.round(cores));
}
