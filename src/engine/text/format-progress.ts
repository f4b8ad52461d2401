import type { Progress } from '../contract/capabilities.ts';
import { plainText } from './safe-text.ts';

/** The progress of a long call on one line: `Creating rl 3/12 (…)`. */
export function formatProgress({ message, done, total, detail }: Progress): string {
  const count = done === undefined || total === undefined ? '' : ` ${done}/${total}`;
  return `${plainText(message)}${count}${detail === undefined ? '' : ` (${plainText(detail)})`}`;
}
