import { readFileSync } from 'node:fs';
import { type PreambleProgress, parseProgress } from '../../../../engine/shell/preamble-progress.ts';

/** How far the preamble of the newest run is; undefined if that is not known. */
export function readProgress(progressFile: string): PreambleProgress | undefined {
  try {
    return parseProgress(readFileSync(progressFile, 'utf8'));
  } catch {
    return undefined;
  }
}
