import type { ProcessFacts } from './experiment-end.ts';
import type { ProcessRuntime } from './process-runtime.ts';

/** What the rules of an experiment know of a process whose runtime is on record. */
export function toFacts(
  key: string,
  runtime: ProcessRuntime,
  planned: Pick<ProcessFacts, 'willStart' | 'wantedEnd'>,
): ProcessFacts {
  const { state, reached, reason } = runtime;
  const last = runtime.runs.at(-1);
  const startedAt = Date.parse(last?.startedAt ?? '');
  const endedAt = Date.parse(last?.finishedAt ?? '');
  return {
    key,
    state,
    ...(reached === undefined ? {} : { reached }),
    ...(Number.isNaN(startedAt) ? {} : { startedAt }),
    ...(Number.isNaN(endedAt) ? {} : { endedAt }),
    ...(reason === undefined ? {} : { reason }),
    ...planned,
  };
}
