import type { ProcessStatus } from '../../../engine/contract/status.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type KubeLocation, podName } from '../manifests/object-names.ts';
import type { EventJson } from './pod-json.ts';
import { type ContainerOutcome, containerOutcome, missingPodOutcome } from './pod-status.ts';
import { startingReason } from './starting-reason.ts';

export interface StatusContext {
  /** The reported name of the experiment. */
  readonly experiment: string;
  readonly location: KubeLocation;
  readonly services: readonly AssignedService[];
  /** Whether every pod has been created. */
  readonly isLaunched: boolean;
  /** Whether the experiment is being deleted. */
  readonly isDeleting: boolean;
  /** Whether the launch was interrupted, so that missing pods will not be created. */
  readonly isBrokenOff: boolean;
  /** The events of a pod, oldest first. */
  readonly events: (pod: KubeObject) => readonly EventJson[];
  /** The events of a missing pod and of its successors, by the name of the launch's pod. */
  readonly missingPodEvents: (pod: string) => readonly EventJson[];
}

/** The status of a process, from its newest pod. */
export function processStatus(
  resolvedProcess: ResolvedProcess,
  pod: KubeObject | undefined,
  context: StatusContext,
): ProcessStatus {
  const { experiment, services } = context;
  const { group, name, bind, expose } = resolvedProcess;
  const own = new Set([...bind, ...expose]);
  return {
    experiment,
    group,
    name,
    ...outcome(resolvedProcess, pod, context),
    ports: Object.fromEntries(
      services.filter((service) => own.has(service.name)).map((service) => [service.name, service.port]),
    ),
    container: name,
    command: resolvedProcess.command,
  };
}

function outcome(
  resolvedProcess: ResolvedProcess,
  pod: KubeObject | undefined,
  { location, services, isLaunched, isDeleting, isBrokenOff, events, missingPodEvents }: StatusContext,
): ContainerOutcome {
  if (pod !== undefined) {
    const { ready, alive } = resolvedProcess;
    const options = { readyByLog: ready.kind === 'log', events: events(pod), alive, isDeleting };
    const found = containerOutcome(pod, resolvedProcess.name, options);
    if (found.state !== 'starting' || found.reason !== undefined) return found;
    const reason = startingReason(ready, services);
    return reason === undefined ? found : { ...found, reason };
  }
  const name = podName(location, resolvedProcess);
  if (isLaunched) return missingPodOutcome(name, missingPodEvents(name));
  const waiting = { state: 'pending', ready: false, restarts: 0 } as const;
  if (!isBrokenOff) return { ...waiting, reason: 'its pod is being created' };
  return { ...waiting, blocked: true, reason: 'its launch was interrupted before its pod was created' };
}
