import { type ProcessReference, sameProcess } from '../../../engine/contract/status.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { notRunning } from '../../../engine/text/common-errors.ts';
import { requireProcesses } from '../actions/pods-of-processes.ts';
import type { ContainerName } from '../api/resource-path.ts';
import { memberKey, newestPod } from '../status/process-pods.ts';
import type { ListedExperiment } from '../watch/list-experiments.ts';

/**
 * The container of a process that runs.
 * @throws SymphonyError `not-found` if there is no such process, `conflict` if it does not run
 */
export function runningContainer(
  { index, entry }: ListedExperiment,
  reference: ProcessReference,
): { readonly container: ContainerName; readonly resolvedProcess: ResolvedProcess } {
  requireProcesses(entry, [reference]);
  const resolvedProcess = entry.processes.find((known) => sameProcess(known, reference));
  const status = entry.statuses.find((known) => sameProcess(known, reference));
  const pod = newestPod(index.pods(entry, memberKey(reference)));
  const isRunning = status?.state === 'running' || status?.state === 'starting';
  if (pod === undefined || resolvedProcess === undefined || !isRunning) throw notRunning(reference, status);
  const { namespace } = entry.known.location;
  return { container: { namespace, pod: status.pod ?? pod.metadata.name, container: reference.name }, resolvedProcess };
}
