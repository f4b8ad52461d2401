import { isFinal, type ProcessState } from '../contract/status.ts';
import type { OnFailure } from '../spec/experiment-spec.ts';
import type { WantedEnd } from './process-runtime.ts';

/** What a policy knows of one process of an experiment. */
export interface ConsideredProcess {
  readonly key: string;
  readonly state: ProcessState;
  /** A start is planned or under way. */
  readonly willStart: boolean;
  /** The requested end of its run; undefined if none was requested. */
  readonly wantedEnd: WantedEnd | undefined;
}

/**
 * Determines which processes are stopped because another one has failed for good: those that run or will run. One that
 * is being restarted counts, one that is being stopped does not.
 * @param failed key of the failed process
 * @returns their keys
 */
export function stoppedByFailure(
  policy: OnFailure,
  failed: string,
  processes: readonly ConsideredProcess[],
): readonly string[] {
  if (policy === 'continue') return [];
  return processes.filter((considered) => considered.key !== failed && isExpected(considered)).map(({ key }) => key);
}

function isExpected({ state, willStart, wantedEnd }: ConsideredProcess): boolean {
  return willStart || (!isFinal(state) && wantedEnd === undefined);
}
