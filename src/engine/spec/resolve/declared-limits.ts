import type { Resources } from '../experiment-spec.ts';
import type { ResolvedCondition, ResolvedLiveness, ResolvedProcess } from './resolved-experiment.ts';

/** What the spec sets for a process beyond its command and services; a field that it does not set is absent. */
export interface DeclaredLimits {
  /** The argv of its shell, without `-c`; absent for /bin/sh. */
  readonly shell?: readonly string[];
  /** Commands that its shell runs before it. */
  readonly preamble?: readonly string[];
  /** Cores, bytes and GPUs of the process. */
  readonly resources?: Resources;
  /** What it waits for before its first run. */
  readonly after?: readonly ResolvedCondition[];
  /** Seconds after which a run of it is stopped. */
  readonly maxDuration?: number;
  readonly alive?: ResolvedLiveness;
}

const defaultShell = '/bin/sh';

export function declaredLimits(resolved: ResolvedProcess): DeclaredLimits {
  const { shell, preamble, resources, after, maxDuration, alive } = resolved;
  const isDefaultShell = shell.length === 1 && shell[0] === defaultShell;
  return {
    ...(isDefaultShell ? {} : { shell }),
    ...(preamble.length === 0 ? {} : { preamble }),
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
    ...(after.length === 0 ? {} : { after }),
    ...(maxDuration === null ? {} : { maxDuration }),
    ...(alive === null ? {} : { alive }),
  };
}
