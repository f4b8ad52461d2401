import type { ContainerStatusJson, EventJson, PodJson } from './pod-json.ts';

/** Waiting reasons that do not resolve without a change by the user. */
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

/** Warning events that the node repeats until the cause is removed. */
const blockingWarnings: ReadonlySet<string> = new Set(['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']);

/** From this number of restarts on, a crash loop is not expected to recover. */
const crashLoopRestarts = 3;

/**
 * Whether a container that does not run needs intervention: its pod cannot be scheduled and no node is being added, its
 * image or configuration is wrong, or it crashes in a loop.
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
