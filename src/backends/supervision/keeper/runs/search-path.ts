import { symphonyEnvironment } from '../../../../engine/spec/resolve/environment.ts';
import { declaredEnvironment, mayRefer } from '../../../../engine/spec/resolve/references.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import type { ExperimentRecord } from '../../records/experiment-record.ts';

/** The PATH that a process gets: its own, or else that of the launching shell. */
export function searchPathOf(
  { name, launchId, services, searchPath }: Pick<ExperimentRecord, 'name' | 'launchId' | 'services' | 'searchPath'>,
  resolvedProcess: ResolvedProcess,
): string {
  const { PATH } = resolvedProcess.env;
  if (typeof PATH !== 'string') return searchPath;
  if (!mayRefer(PATH)) return PATH;
  const symphony = symphonyEnvironment({ experiment: name, launchId, process: resolvedProcess, services });
  return declaredEnvironment(resolvedProcess.env, symphony, {}).PATH ?? '';
}
