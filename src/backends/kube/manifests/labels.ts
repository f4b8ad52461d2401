/** Labels by which Symphony finds its objects; it never touches an object without them. */
export const labels = {
  /** The standard label for the tool that manages an object; the value is `symphony`. */
  managedBy: 'app.kubernetes.io/managed-by',
  experiment: 'symphony/experiment',
  /** The launch's random id. */
  launch: 'symphony/launch',
  /** On pods: the group's name, or the name of a process outside any group. Services select by it. */
  member: 'symphony/member',
  /** Replaces `member` on a pod that a restart has replaced, so that no service selects the pod. */
  pastMember: 'symphony/past-member',
  /** On pods of groups: the group's name. */
  group: 'symphony/group',
  /** On services: the service's name in its experiment. */
  service: 'symphony/service',
  /**
   * The purpose of an object: `spec` on the ConfigMap with the spec (the experiment exists as long as it does), `pods`
   * on the ConfigMaps with pod templates, `files`, `environment`, `secrets`, `services`, `pod`, `service`, `supervisor`
   * on everything that belongs to the supervisor.
   */
  role: 'symphony/role',
} as const;

export const manager = 'symphony';

/** The role of the supervisor's objects and pod. */
export const supervisorRole = 'supervisor';
/** The name of the supervisor's container. */
export const supervisorContainer = 'supervisor';

export const annotations = {
  /** On a pod that a restart created: the number of the restart, from 1. The pod of the launch has no such label. */
  generation: 'symphony/generation',
  /** On a pod that a restart created: JSON, the number of earlier runs by container name. */
  earlierRuns: 'symphony/earlier-runs',
  /** On a pod that a restart created: JSON, by container name, the ended runs in earlier pods, oldest first. */
  keptRuns: 'symphony/kept-runs',
  /**
   * On a pod that was asked to end (through its activeDeadlineSeconds): the reason in words. Its processes are
   * `stopped`.
   */
  stopped: 'symphony/stopped',
  /**
   * On a pod that was asked to end and whose node does not report the end of its containers: the time at which their
   * end was observed.
   */
  ended: 'symphony/ended',
  /** On a pod that was asked to end: the time of the request. A container that ended earlier ended by itself. */
  stoppedAt: 'symphony/stopped-at',
  /** On a pod that was asked to end: `failed`, if its runs count as failed. */
  stoppedAs: 'symphony/stopped-as',
  /** On a pod whose process the experiment's supervisor restarts, by creating the next pod: `supervisor`. */
  restartedBy: 'symphony/restarted-by',
  /** On a pod that a restart policy created: the number of restarts by it since the last healthy run. */
  restartsInARow: 'symphony/restarts-in-a-row',
  /** On a pod that was asked to end: its declared activeDeadlineSeconds, if any. */
  deadline: 'symphony/deadline',
  /** On a pod: JSON, by container name, the id of the container whose log contained the readiness line. */
  logReady: 'symphony/log-ready',
  /** On an event that Symphony has written: the number of the run that it concerns. */
  run: 'symphony/run',
  /** On an event that Symphony has written: the state of the process since then. */
  state: 'symphony/state',
  /**
   * On the ConfigMap with the spec: the time since which all pods have been created. A pod that is missing after it is
   * lost.
   */
  launched: 'symphony/launched',
  /** On the ConfigMap with the spec of an unfinished launch: the last renewal of the launch's lease. */
  launching: 'symphony/launching',
  /** On the ConfigMap with the spec: the time at which its supervisor began to keep the rules of the experiment. */
  supervised: 'symphony/supervised',
  /**
   * On the ConfigMap with the spec, while the numbers of replicas change: JSON, see `ScalingMark`. The client that changes them
   * renews it; once it has expired, the change was interrupted.
   */
  scaling: 'symphony/scaling',
  /** On the ConfigMap with the spec: the time at which deletion began. The experiment is `stopping`. */
  deleting: 'symphony/deleting',
} as const;

/** Selects all objects that Symphony created. */
export const managedSelector = `${labels.managedBy}=${manager}`;

/** Selects the ConfigMaps with specs. */
export const recordSelector = `${managedSelector},${labels.role}=spec`;

/** Selects all objects of one experiment. */
export function experimentSelector(experiment: string): string {
  return `${managedSelector},${labels.experiment}=${experiment}`;
}

/** Selects the objects of an experiment's launches. @param launches their ids, at least one */
export function launchSelector(experiment: string, ...launches: readonly string[]): string {
  const [first, ...others] = launches;
  const wanted = others.length === 0 ? `=${first}` : ` in (${launches.join(',')})`;
  return `${experimentSelector(experiment)},${labels.launch}${wanted}`;
}

export function experimentLabels(experiment: string, launchId: string): Record<string, string> {
  return { [labels.managedBy]: manager, [labels.experiment]: experiment, [labels.launch]: launchId };
}
