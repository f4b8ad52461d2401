import type { ExperimentDescription, ProcessDescription } from '../../../engine/contract/backend.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { notStarted } from '../../../engine/rules/process-runtime.ts';
import { declaredLimits } from '../../../engine/spec/resolve/declared-limits.ts';
import { symphonyEnvironment } from '../../../engine/spec/resolve/environment.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { shownEnvironment } from '../../../engine/spec/resolve/secrets.ts';
import { type Gpu, gpuEnvironment } from '../../kit/gpus/gpu.ts';
import { resolveRecord } from './experiment-record.ts';
import { toSnapshot } from './experiment-snapshot.ts';
import type { StoredExperiment } from './experiment-store.ts';

/** Describes an experiment on this machine. @param secretsFolder where a process, given by key, finds secret files */
export function describeExperiment(
  known: Pick<StoredExperiment, 'record' | 'folder' | 'runtime'>,
  secretsFolder: (key: string) => string,
): ExperimentDescription {
  const { record, runtime, folder } = known;
  const resolved = resolveRecord(record);
  const snapshot = toSnapshot(record, resolved, runtime);
  const statuses = new Map(snapshot.processes.map((status) => [formatProcess(status), status]));
  const members = resolved.processes.flatMap((resolvedProcess): ProcessDescription[] => {
    const status = statuses.get(formatProcess(resolvedProcess));
    if (status === undefined) return [];
    const key = processKey(resolvedProcess);
    const { name: experiment, launchId, services } = record;
    const secretsDir = resolvedProcess.secrets.length === 0 ? {} : { secretsDir: secretsFolder(key) };
    return [
      {
        ...status,
        ...declaredLimits(resolvedProcess),
        runs: (runtime.processes[key] ?? notStarted).runs.map(({ logOffset, ...run }) => run),
        env: shownEnvironment(resolvedProcess.env, {
          ...symphonyEnvironment({ experiment, launchId, process: resolvedProcess, services, ...secretsDir }),
          ...gpuVariablesOf(resolvedProcess, runtime.gpus?.[key]),
        }),
        startDir: resolvedProcess.startDir,
        bind: resolvedProcess.bind,
        connect: resolvedProcess.connect,
        expose: resolvedProcess.expose,
      },
    ];
  });
  return {
    ...snapshot.experiment,
    launchId: record.launchId,
    location: folder.path,
    spec: record.spec,
    members,
    notes: runtime.notes,
  };
}

/** A process that has ended for good has given its GPUs back. */
function gpuVariablesOf({ resources }: ResolvedProcess, gpus: readonly Gpu[] | undefined): Record<string, string> {
  if (resources.gpu === 0) return { ...gpuEnvironment([]) };
  return gpus === undefined ? {} : { ...gpuEnvironment(gpus) };
}
