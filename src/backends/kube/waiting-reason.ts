import { endReason } from './end-reason.ts';
import type { ContainerStatusJson, EventJson, PodJson } from './pod-json.ts';
import { quotaReason } from './quota-reason.ts';
import { unschedulableReason } from './unschedulable-reason.ts';

/** Why a container has not started yet, in words. @param events those of its pod, oldest first */
export function waitingReason(pod: PodJson, container: string, events: readonly EventJson[] = []): string {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return unscheduled(scheduled.reason, scheduled.message ?? '');
  if (pod.spec?.nodeName === undefined) return 'waits for a node';
  const init = pod.status?.initContainerStatuses?.find(({ state }) => state?.terminated?.exitCode !== 0);
  if (init !== undefined) return initReason(init) ?? trouble(events) ?? `waits for ${init.name} to prepare it`;
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  const image = status?.image || pod.spec.containers?.find(({ name }) => name === container)?.image || 'its image';
  return containerReason(status, image) ?? trouble(events) ?? progress(events, container, image);
}

function unscheduled(reason: string | undefined, message: string): string {
  if (reason === 'SchedulingGated') return 'waits until it may be scheduled';
  return quotaReason(message) ?? unschedulableReason(message);
}

/** What is wrong with a container that waits, if anything is. */
function containerReason(status: ContainerStatusJson | undefined, image: string): string | undefined {
  const { reason, message } = status?.state?.waiting ?? {};
  const why = message === undefined || message === '' ? '' : `: ${shorten(message)}`;
  switch (reason) {
    case 'ErrImagePull':
    case 'ImagePullBackOff':
    case 'RegistryUnavailable':
    case 'ImageInspectError':
      return `the image ${image} cannot be pulled${isBackOff(message) ? '' : why}`;
    case 'InvalidImageName':
      return `${image} is no name of an image`;
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

/** `Back-off pulling image "x"` says only that it will be tried again. */
function isBackOff(message: string | undefined): boolean {
  return message === undefined || /^back-off pulling image/i.test(message);
}

function initReason(status: ContainerStatusJson): string | undefined {
  const ended = status.state?.terminated ?? status.lastState?.terminated;
  if (ended !== undefined && ended.exitCode !== 0) {
    return `${status.name}, which prepares it, failed: ${endReason(ended)}`;
  }
  const own = containerReason(status, status.image ?? 'its image');
  return own === undefined ? undefined : `${status.name}, which prepares it: ${own}`;
}

/** The last warning that says why nothing goes on. */
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
  const own = events.filter(({ involvedObject }) => involvedObject?.fieldPath?.includes(`{${container}}`) ?? true);
  const last = own.findLast(({ reason }) => reason === 'Pulling' || reason === 'Pulled');
  return last?.reason === 'Pulling' ? `pulls the image ${image}` : 'its container is being created';
}

/** The first line: what follows is a stack, or the same again. */
export function shorten(message: string): string {
  const [line = ''] = message.trim().split('\n');
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}
