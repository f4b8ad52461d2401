import type { Resources } from '../experiment-spec.ts';
import type { ResolvedCondition, ResolvedLiveness, ResolvedProcess } from './resolved-experiment.ts';

/** What the spec sets for a process beyond its command and services; a field that it does not set is absent. */
export interface DeclaredLimits {
  /** Cores, bytes and GPUs of the process. */
  readonly resources?: Resources;
  /** What it waits for before its first run. */
  readonly after?: readonly ResolvedCondition[];
  /** Seconds after which a run of it is stopped. */
  readonly maxDuration?: number;
  readonly alive?: ResolvedLiveness;
}

export function declaredLimits(resolved: ResolvedProcess): DeclaredLimits {
  const { resources, after, maxDuration, alive } = resolved;
  return {
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
    ...(after.length === 0 ? {} : { after }),
    ...(maxDuration === null ? {} : { maxDuration }),
    ...(alive === null ? {} : { alive }),
  };
}
