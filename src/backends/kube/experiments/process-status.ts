import type { AssignedService } from '../../../engine/networking.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolved-experiment.ts';
import type { ProcessStatus } from '../../../engine/status.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type KubeLocation, podName } from '../object-names.ts';
import type { EventJson, PodJson } from '../pod-json.ts';
import { type ContainerOutcome, containerOutcome, missingPodOutcome } from '../pod-status.ts';

export interface StatusContext {
  readonly location: KubeLocation;
  readonly services: readonly AssignedService[];
  /** Whether every pod has been created once. */
  readonly isLaunched: boolean;
  /** What happened to a pod, oldest first. */
  readonly events: (pod: KubeObject) => readonly EventJson[];
}

/** A process as everyone sees it, from its newest pod. */
export function processStatus(
  process: ResolvedProcess,
  pod: KubeObject | undefined,
  context: StatusContext,
): ProcessStatus {
  const { location, services } = context;
  const { group, name, bind, expose } = process;
  const own = new Set([...bind, ...expose]);
  return {
    experiment: location.experiment,
    group,
    name,
    ...outcome(process, pod, context),
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
  { location, isLaunched, events }: StatusContext,
): ContainerOutcome {
  if (pod !== undefined) {
    const options = { readyByLog: process.ready.kind === 'log', events: events(pod) };
    return containerOutcome(pod as PodJson, process.name, options);
  }
  if (isLaunched) return missingPodOutcome(podName(location, process));
  return { state: 'pending', ready: false, restarts: 0, reason: 'its pod is being created' };
}
