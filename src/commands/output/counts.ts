import type { ProcessCounts } from '../../engine/contract/status.ts';
import { countOf } from '../../engine/text/sentences.ts';

/** `4 processes, 3 of them running`. */
export function formatProcessCount({ total, running }: ProcessCounts): string {
  const all = countOf(total, 'process', 'processes');
  if (running === 0) return `${all}, none running`;
  return running === total ? `${all} running` : `${all}, ${running} of them running`;
}
