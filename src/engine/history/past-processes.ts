import { processKey } from '../contract/process-key.ts';
import type { ProcessStatus } from '../contract/status.ts';
import type { HistoryRecord } from './history-entry.ts';

/**
 * The processes of a past experiment. Of those that it no longer had when it was deleted, because it was scaled, and of all
 * processes of a damaged one, only those are known whose logs are kept.
 */
export function pastProcesses({ experiment, description, logs }: HistoryRecord): readonly ProcessStatus[] {
  const members = description?.members ?? [];
  const known = new Set(members.map(processKey));
  const state = description === undefined ? 'lost' : 'stopped';
  const others = logs.filter((reference) => !known.has(processKey(reference)));
  const unknown = { experiment, state, ready: false, restarts: 0, ports: {}, command: '' } as const;
  return [...members, ...others.map((reference) => ({ ...unknown, ...reference }))];
}
