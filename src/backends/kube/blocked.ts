import type { ContainerStatusJson, EventJson, PodJson } from './pod-json.ts';

/** What a container waits for that does not come by itself. */
const unrecoverableReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'ImageInspectError',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
  'PostStartHookError',
]);

/** Warnings of a pod on its node that are repeated as long as nobody mends it. */
const blockingWarnings: ReadonlySet<string> = new Set(['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']);

/** A container that was started so often and ended each time does not find what it needs. */
const crashLoopRestarts = 3;

/**
 * Whether a container that does not run needs somebody who mends something: it cannot be scheduled and no node is being
 * added for it, its image or configuration is wrong, or it ends again and again.
 * @param events those of its pod, oldest first
 */
export function isBlocked(pod: PodJson, container: string, events: readonly EventJson[] = []): boolean {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False')
    return scheduled.reason === 'Unschedulable' && !events.some(({ reason }) => reason === 'TriggeredScaleUp');
  const inits = pod.status?.initContainerStatuses ?? [];
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  if ([...inits, ...(status === undefined ? [] : [status])].some(isStuck)) return true;
  return status?.state?.running === undefined && blockingWarnings.has(events.at(-1)?.reason ?? '');
}

function isStuck({ state, restartCount = 0 }: ContainerStatusJson): boolean {
  const reason = state?.waiting?.reason ?? '';
  return unrecoverableReasons.has(reason) || (reason === 'CrashLoopBackOff' && restartCount >= crashLoopRestarts);
}
