import type { ClusterEvent } from '../contract/events.ts';
import { formatProcess, type ProcessReference } from '../contract/status.ts';

/** More processes than this are counted instead of named. */
const maxNamed = 5;

/**
 * The event of a user's request. One for a single process belongs to that process.
 * @param reason `StopRequested`
 * @param references the processes that it is for; none if it is for the whole experiment
 * @param by what made the request, in a few words; undefined if unknown
 */
export function describeRequest(
  reason: string,
  references: readonly ProcessReference[],
  by: string | undefined,
): Pick<ClusterEvent, 'reason' | 'message' | 'process'> {
  const requester = `by ${by ?? 'a client of an older version'}`;
  const [only, ...others] = references;
  if (only === undefined) return { reason, message: requester };
  if (others.length === 0) return { reason, message: requester, process: { group: only.group, name: only.name } };
  const more = references.length > maxNamed ? ` and ${references.length - maxNamed} more` : '';
  return { reason, message: `${references.slice(0, maxNamed).map(formatProcess).join(', ')}${more}, ${requester}` };
}
