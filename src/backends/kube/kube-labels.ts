/**
 * What marks objects as Symphony's. Everything that a launch creates carries `managedBy`, `experiment` and `launch`; a
 * delete touches nothing else. Names and ids are at most 63 characters, as labels have to be.
 */
export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  experiment: 'symphony/experiment',
  /** The launch's random id, `SYMPH_ID`. */
  launch: 'symphony/launch',
  /** On the ConfigMap that keeps the spec, with the value `spec`: the experiment exists as long as it does. */
  role: 'symphony/role',
} as const;

export const manager = 'symphony';

export const annotations = {
  /** On a pod made by a restart: how many runs each of its processes had before. */
  earlierRuns: 'symphony/earlier-runs',
  /** On a pod that was asked to end (through its activeDeadlineSeconds): why, in words. Its processes are `stopped`. */
  stopped: 'symphony/stopped',
  /** On a pod: JSON, container name to the id of the container in whose log the line of its readiness was seen. */
  logReady: 'symphony/log-ready',
  /** On the ConfigMap of the spec: since when it is being deleted. The experiment is `stopping`. */
  deleting: 'symphony/deleting',
} as const;

/** Selects everything of one experiment, in its namespace. */
export function experimentSelector(experiment: string): string {
  return `${labels.managedBy}=${manager},${labels.experiment}=${experiment}`;
}
