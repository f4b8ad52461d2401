import { formatBytes } from '../../../../engine/text/quantities.ts';
import { formatCount } from '../../../shell/text/count.ts';
import type { BufferedLine } from './log-buffer.ts';
import type { MissingLines } from './log-extent.ts';

/** More processes than this are summarized in one row. */
const maxRows = 12;

/**
 * The rows before the first loaded line.
 * @param isMerged whether the view shows several processes
 */
export function missingRows(missing: readonly MissingLines[], isMerged: boolean): BufferedLine[] {
  if (missing.length > maxRows) {
    return [row(`${formatCount(missing.length)} of these processes have earlier lines, which are not loaded`)];
  }
  return missing.map((one) => row(isMerged ? `${one.process}: ${describe(one)}` : describe(one)));
}

function describe({ lines, bytes }: MissingLines): string {
  if (lines === 1) return '1 earlier line is not loaded';
  if (lines !== undefined) return `${formatCount(lines)} earlier lines are not loaded`;
  return bytes === undefined ? 'earlier lines are not loaded' : `${formatBytes(bytes)} of earlier lines are not loaded`;
}

function row(text: string): BufferedLine {
  return { kind: 'missing', source: -1, text, plain: text, time: undefined };
}
