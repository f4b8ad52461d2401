import { processKey } from '../../../engine/contract/process-key.ts';
import type { ProcessReference, ProcessStatus } from '../../../engine/contract/status.ts';
import { explainNotFound } from '../../../engine/shell/bash-words.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type KubeLocation, podName } from '../manifests/object-names.ts';
import type { Decisions } from '../supervisor/decisions.ts';
import { isWaiting } from '../supervisor/supervised-rules.ts';
import { nextRun, withNextRun } from './next-run.ts';
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
  /** What its supervisor has decided; undefined if the experiment has no supervisor. */
  readonly decisions: Decisions | undefined;
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
  context: StatusContext,
): ContainerOutcome {
  const found =
    pod === undefined ? outcomeWithoutPod(resolvedProcess, context) : podOutcome(resolvedProcess, pod, context);
  // Without a supervisor nothing follows the end of a pod, nor after the end of the experiment.
  if (context.decisions === undefined || isOver(resolvedProcess, context.decisions) || context.isDeleting) return found;
  return withNextRun(found, nextRun(resolvedProcess, pod, found));
}

/** Whether the experiment is over for a process: it is not for one that was started on request afterwards. */
export function isOver(reference: ProcessReference, { over }: Decisions): boolean {
  return over !== undefined && !over.spared?.includes(processKey(reference));
}

/** What a pod alone tells about a process: without what its supervisor does next. */
export function podOutcome(
  resolvedProcess: ResolvedProcess,
  pod: KubeObject,
  { services, isDeleting, events }: Pick<StatusContext, 'services' | 'isDeleting' | 'events'>,
): ContainerOutcome {
  const { ready, alive } = resolvedProcess;
  const options = { readyByLog: ready.kind === 'log', events: events(pod), alive, isDeleting };
  const found = explainOutcome(resolvedProcess, containerOutcome(pod, resolvedProcess.name, options));
  if (found.state !== 'starting' || found.reason !== undefined) return found;
  const reason = startingReason(resolvedProcess, services);
  return reason === undefined ? found : { ...found, reason };
}

function outcomeWithoutPod(
  resolvedProcess: ResolvedProcess,
  { location, isLaunched, isBrokenOff, decisions, missingPodEvents }: StatusContext,
): ContainerOutcome {
  const key = processKey(resolvedProcess);
  const skipped = decisions?.skipped[key];
  if (skipped !== undefined)
    return { state: 'stopped', ready: false, restarts: 0, ...(skipped !== '' && { reason: skipped }) };
  const waiting = { state: 'pending', ready: false, restarts: 0 } as const;
  if (isBrokenOff)
    return { ...waiting, blocked: true, reason: 'its launch was interrupted before its pod was created' };
  if (!isLaunched) return { ...waiting, reason: 'its pod is being created' };
  if (decisions !== undefined && isWaiting(resolvedProcess) && !decisions.started.includes(key))
    return { ...waiting, waits: true, reason: 'waits for its start conditions' };
  const name = podName(location, resolvedProcess);
  return missingPodOutcome(name, missingPodEvents(name));
}

/** Adds what the spec of the process says about its end. The log is not read for that. */
function explainOutcome({ shell, preamble, command }: ResolvedProcess, found: ContainerOutcome): ContainerOutcome {
  if (found.state !== 'failed' && found.state !== 'backoff') return found;
  const scripts = [...preamble, ...(typeof command === 'string' ? [command] : [])];
  const [program = ''] = shell;
  const lacksShell =
    scripts.length > 0 && found.reason?.startsWith(`cannot be started: exec: ${JSON.stringify(program)}`);
  const hint = lacksShell
    ? `its image has no shell ${program}: use an image that has it, or set another shell`
    : explainNotFound({ shell, scripts }, found.exitCode);
  return hint === undefined ? found : { ...found, reason: [found.reason, hint].filter(Boolean).join('; ') };
}
