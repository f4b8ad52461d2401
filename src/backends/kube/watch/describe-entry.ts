import type { ExperimentDescription, ProcessDescription } from '../../../engine/contract/backend.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { declaredLimits } from '../../../engine/spec/resolve/declared-limits.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { shownEnvironment } from '../../../engine/spec/resolve/secrets.ts';
import { processVariables } from '../manifests/service-variables.ts';
import { workingFolder } from '../section/kube-settings.ts';
import { containerRuns } from '../status/pod-runs.ts';
import { memberKey, newestPod } from '../status/process-pods.ts';
import type { ExperimentEntry } from './experiment-entry.ts';
import type { ExperimentIndex } from './experiment-index.ts';

export interface DescribeOptions {
  /** Where its namespace is, in words. */
  readonly where: string;
  /** The notes of its plan. */
  readonly notesOf: (resolved: ResolvedExperiment) => readonly string[];
}

/** Describes an experiment of an index. */
export function describeEntry(
  index: Pick<ExperimentIndex, 'pods' | 'service' | 'events'>,
  entry: ExperimentEntry,
  { where, notesOf }: DescribeOptions,
): ExperimentDescription {
  const { experiment, processes } = entry.snapshot((service) => index.service(entry, service));
  const statuses = new Map(processes.map((status) => [formatProcess(status), status]));
  const { location } = entry.known;
  const { record, isRemains } = entry;
  return {
    ...experiment,
    launchId: record.launchId,
    location: `namespace ${location.namespace} ${where}`,
    spec: record.spec,
    members: entry.processes.flatMap((resolvedProcess): ProcessDescription[] => {
      const status = statuses.get(formatProcess(resolvedProcess));
      if (status === undefined) return [];
      const { name, env, bind, connect, expose, alive } = resolvedProcess;
      const folder = workingFolder(entry.resolved, resolvedProcess);
      const pod = newestPod(index.pods(entry, memberKey(resolvedProcess)));
      const runs = pod === undefined ? [] : containerRuns(pod, name, { events: index.events(pod), alive });
      // What is left of an experiment without its record says nothing about its variables.
      const symphony = isRemains
        ? {}
        : processVariables(location.experiment, record.launchId, resolvedProcess, entry.services);
      return [
        {
          ...status,
          ...declaredLimits(resolvedProcess),
          runs,
          env: shownEnvironment(env, symphony),
          ...(folder !== undefined && { startDir: folder }),
          bind,
          connect,
          expose,
        },
      ];
    }),
    notes: isRemains ? [] : notesOf(entry.resolved),
  };
}
