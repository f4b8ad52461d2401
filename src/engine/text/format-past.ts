import type { HistoryEntry } from '../history/history-entry.ts';
import { plainText } from './safe-text.ts';

/** How a past experiment ended, as one cell: `succeeded`, `deleted while running`, `replaced while degraded`. */
export function formatPastState({ state, reason, how }: Pick<HistoryEntry, 'state' | 'reason' | 'how'>): string {
  const text = state === 'succeeded' || state === 'failed' ? state : `${how} while ${state ?? 'damaged'}`;
  return plainText(reason === undefined ? text : `${text}: ${reason}`);
}
