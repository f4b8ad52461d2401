/** Labels by which Symphony finds its own objects again; it never touches one that lacks them. */
export const labels = {
  /** Kubernetes' own word for who made an object; ours are made by `symphony`. */
  managedBy: 'app.kubernetes.io/managed-by',
  experiment: 'symphony/experiment',
  /** The launch's random id. */
  launch: 'symphony/launch',
  /** On pods: the group's name, or that of the process outside any group; services select by it. */
  member: 'symphony/member',
  /** In place of `member` on a pod that a restart has replaced, so that no service leads to it. */
  pastMember: 'symphony/past-member',
  /** On pods of groups: the group's name. */
  group: 'symphony/group',
  /** On services: the service's name in its experiment. */
  service: 'symphony/service',
  /**
   * What an object is for: `spec` on the ConfigMap that keeps the spec (the experiment exists as long as it does), `pods`
   * on those that keep pods as they were launched, `files`, `environment`, `secrets`, `services`, `pod`, `service`.
   */
  role: 'symphony/role',
} as const;

export const manager = 'symphony';

export const annotations = {
  /** On a pod that a restart made: the how manieth. Without it, it is the pod of the launch. */
  generation: 'symphony/generation',
  /** On a pod that a restart made: JSON, how many runs each container had before it, by its name. */
  earlierRuns: 'symphony/earlier-runs',
  /** On a pod that was asked to end (through its activeDeadlineSeconds): why, in words. Its processes are `stopped`. */
  stopped: 'symphony/stopped',
  /**
   * On a pod that was asked to end, and whose node does not tell of the end of its containers: when they were seen to have
   * ended.
   */
  ended: 'symphony/ended',
  /** On a pod that was asked to end: its own activeDeadlineSeconds, if it had any. */
  deadline: 'symphony/deadline',
  /** On a pod: JSON, by container name, the id of the container in whose log the line of its readiness was seen. */
  logReady: 'symphony/log-ready',
  /** On the ConfigMap with the spec: since when all of its pods have been created. One that is not there is lost then. */
  launched: 'symphony/launched',
  /** On the ConfigMap with the spec: when its launch, which is under way, was last seen to go on. */
  launching: 'symphony/launching',
  /** On the ConfigMap with the spec: since when it is being deleted. The experiment is `stopping`. */
  deleting: 'symphony/deleting',
} as const;

/** What selects everything that Symphony made. */
export const managedSelector = `${labels.managedBy}=${manager}`;

/** What selects everything of one experiment. */
export function experimentSelector(experiment: string): string {
  return `${managedSelector},${labels.experiment}=${experiment}`;
}

export function experimentLabels(experiment: string, launchId: string): Record<string, string> {
  return { [labels.managedBy]: manager, [labels.experiment]: experiment, [labels.launch]: launchId };
}
