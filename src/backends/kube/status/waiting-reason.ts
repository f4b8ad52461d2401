import { quotaReason } from '../api/quota-reason.ts';
import { endReason } from './end-reason.ts';
import type { ContainerStatusJson, EventJson, PodJson } from './pod-json.ts';
import { unschedulableReason } from './unschedulable-reason.ts';

/** Explains why a container has not started yet. @param events those of its pod, oldest first */
export function waitingReason(pod: PodJson, container: string, events: readonly EventJson[] = []): string {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return unscheduled(scheduled.reason, scheduled.message ?? '');
  if (pod.spec?.nodeName === undefined) return unscheduledReason(pod);
  const init = pod.status?.initContainerStatuses?.find(({ state }) => state?.terminated?.exitCode !== 0);
  if (init !== undefined) return initReason(init, events) ?? trouble(events) ?? `waits for ${init.name} to prepare it`;
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  const image = status?.image || pod.spec.containers?.find(({ name }) => name === container)?.image || 'its image';
  return (
    containerReason(status, image, eventsOf(container, events)) ?? trouble(events) ?? progress(events, container, image)
  );
}

function unscheduled(reason: string | undefined, message: string): string {
  if (reason === 'SchedulingGated') return 'waits until it may be scheduled';
  return quotaReason(message) ?? unschedulableReason(message);
}

/**
 * The scheduler reports a reason for each pod that it cannot place: without one, no scheduler has considered this pod
 * yet.
 */
function unscheduledReason({ spec }: PodJson): string {
  const scheduler = spec?.schedulerName;
  return scheduler === undefined || scheduler === 'default-scheduler'
    ? 'waits for a node: the scheduler has not looked at it yet'
    : `waits for a node: the scheduler ${scheduler} has not looked at it yet`;
}

/**
 * The problem of a waiting container; undefined if there is none. @param events those of the container, oldest first
 */
function containerReason(
  status: ContainerStatusJson | undefined,
  image: string,
  events: readonly EventJson[],
): string | undefined {
  const { reason, message } = status?.state?.waiting ?? {};
  const why = message === undefined || message === '' ? '' : `: ${shorten(message)}`;
  switch (reason) {
    case 'ErrImagePull':
    case 'ImagePullBackOff':
    case 'RegistryUnavailable':
    case 'ImageInspectError':
      return `the image ${image} cannot be pulled${pullCause(message, events)}`;
    case 'InvalidImageName':
      return `${image} is not a valid image name`;
    case 'ErrImageNeverPull':
      return `the image ${image} is not on the node, and imagePullPolicy is Never`;
    case 'CreateContainerConfigError':
      return `its container cannot be configured${why}`;
    case 'CreateContainerError':
    case 'RunContainerError':
    case 'PreCreateHookError':
    case 'PostStartHookError':
      return `its container cannot be started${why}`;
    default:
      return undefined;
  }
}

/**
 * The cause of a failed pull, without the prefixes of the programs that passed it on. While the node backs off, only
 * the event of the last attempt has the cause.
 */
function pullCause(message: string | undefined, events: readonly EventJson[]): string {
  const isBackOff = message === undefined || /^back-off pulling image/i.test(message);
  const failed = events.findLast(
    ({ reason, message }) => reason === 'Failed' && /^Failed to pull image/.test(message ?? ''),
  );
  const said = isBackOff ? failed?.message : message;
  if (said === undefined || said === '') return '';
  const cause = shorten(said)
    .replace(/^Failed to pull image "[^"]*": /, '')
    .replace(/^rpc error: code = \w+ desc = /, '')
    .replace(/^failed to pull and unpack image "[^"]*": /, '')
    .replace(/^failed to resolve reference "[^"]*": /, '');
  return `: ${cause}`;
}

function eventsOf(container: string, events: readonly EventJson[]): readonly EventJson[] {
  return events.filter(({ involvedObject }) => involvedObject?.fieldPath?.includes(`{${container}}`) ?? true);
}

function initReason(status: ContainerStatusJson, events: readonly EventJson[]): string | undefined {
  const ended = status.state?.terminated ?? status.lastState?.terminated;
  if (ended !== undefined && ended.exitCode !== 0) {
    return `${status.name}, which prepares it, failed: ${endReason(ended)}`;
  }
  const own = containerReason(status, status.image ?? 'its image', eventsOf(status.name, events));
  return own === undefined ? undefined : `${status.name}, which prepares it: ${own}`;
}

/** The last warning that explains what blocks the pod. */
function trouble(events: readonly EventJson[]): string | undefined {
  const event = events.findLast(
    ({ type, reason }) => type === 'Warning' && reason !== undefined && troubles.has(reason),
  );
  if (event === undefined) return undefined;
  const message = event.message === undefined ? '' : `: ${shorten(event.message)}`;
  return `${troubles.get(event.reason ?? '')}${message}`;
}

const troubles: ReadonlyMap<string, string> = new Map([
  ['FailedMount', 'a volume cannot be mounted'],
  ['FailedAttachVolume', 'a volume cannot be attached'],
  ['FailedMapVolume', 'a volume cannot be mapped'],
  ['FailedCreatePodSandBox', 'its pod cannot be set up on the node'],
  ['FailedCreatePodContainer', 'its pod cannot be set up on the node'],
  ['NetworkNotReady', 'the network of its node is not ready'],
]);

function progress(events: readonly EventJson[], container: string, image: string): string {
  const last = eventsOf(container, events).findLast(({ reason }) => reason === 'Pulling' || reason === 'Pulled');
  return last?.reason === 'Pulling' ? `pulls the image ${image}` : 'its container is being created';
}

/** The first line of a message; the rest is a stack or a repetition. */
export function shorten(message: string): string {
  const [line = ''] = message.trim().split('\n');
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}
