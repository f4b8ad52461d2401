/** Labels by which Symphony finds its own objects again; it never touches one that lacks them. */
export const labels = {
  /** Kubernetes' own word for who made an object; ours are made by `symphony`. */
  managedBy: 'app.kubernetes.io/managed-by',
  experiment: 'symphony/experiment',
  /** The launch's random id. */
  launch: 'symphony/launch',
  /** On pods: the group's name, or that of the process outside any group; services select by it. */
  member: 'symphony/member',
  /** On pods of groups: the group's name. */
  group: 'symphony/group',
  /** On services: the service's name in its experiment. */
  service: 'symphony/service',
  /** What an object is for: `experiment`, `files`, `environment`, `secrets`, `services`, `pod`, `service`. */
  role: 'symphony/role',
} as const;

export const manager = 'symphony';

/** What selects everything that Symphony made. */
export const managedSelector = `${labels.managedBy}=${manager}`;

/** What selects everything of one experiment. */
export function experimentSelector(experiment: string): string {
  return `${managedSelector},${labels.experiment}=${experiment}`;
}

export function experimentLabels(experiment: string, launchId: string): Record<string, string> {
  return { [labels.managedBy]: manager, [labels.experiment]: experiment, [labels.launch]: launchId };
}
