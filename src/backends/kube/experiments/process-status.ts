import type { AssignedService } from '../../../engine/networking.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolved-experiment.ts';
import type { ProcessStatus } from '../../../engine/status.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type KubeLocation, podName } from '../object-names.ts';
import type { PodJson } from '../pod-json.ts';
import { type ContainerOutcome, containerOutcome, missingPodOutcome } from '../pod-status.ts';

export interface StatusContext {
  readonly location: KubeLocation;
  readonly services: readonly AssignedService[];
  /** Whether every pod has been created once. */
  readonly isLaunched: boolean;
}

/** A process as everyone sees it, from its newest pod. */
export function processStatus(
  process: ResolvedProcess,
  pod: KubeObject | undefined,
  { location, services, isLaunched }: StatusContext,
): ProcessStatus {
  const { group, name, bind, expose } = process;
  const own = new Set([...bind, ...expose]);
  return {
    experiment: location.experiment,
    group,
    name,
    ...outcome(process, pod, podName(location, process), isLaunched),
    ports: Object.fromEntries(
      services.filter((service) => own.has(service.name)).map((service) => [service.name, service.port]),
    ),
    container: name,
    command: process.command,
  };
}

function outcome(
  process: ResolvedProcess,
  pod: KubeObject | undefined,
  wanted: string,
  isLaunched: boolean,
): ContainerOutcome {
  if (pod !== undefined)
    return containerOutcome(pod as PodJson, process.name, { readyByLog: process.ready.kind === 'log' });
  if (isLaunched) return missingPodOutcome(wanted);
  return { state: 'pending', ready: false, restarts: 0, reason: 'its pod is being created' };
}
