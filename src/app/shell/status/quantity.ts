import prettyBytes from 'pretty-bytes';

/** Bytes, short: `512 MiB`. Unknown is an empty text. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  return prettyBytes(bytes, { binary: true, maximumFractionDigits: bytes < 10 * 1024 ** 3 ? 0 : 1 });
}

/** Cores in use as a percentage of one core: `12%`, `310%`. Unknown is an empty text. */
export function formatCpu(cores: number | undefined): string {
  return cores === undefined ? '' : `${Math.round(cores * 100)}%`;
}
