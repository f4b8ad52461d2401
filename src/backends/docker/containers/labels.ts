import type { Labels } from '../api/engine-objects.ts';

/** Labels by which Symphony finds its containers and networks; it never touches one without them. */
export const labels = {
  experiment: 'symphony.experiment',
  /** The random id of the launch. */
  launch: 'symphony.launch',
  /** Whose supervisor runs it: a machine, and the folder of state on it. */
  owner: 'symphony.owner',
  /** The host name of that machine, for people. */
  host: 'symphony.host',
  /** On the container of a run: the key of its process, as `processKey` writes it. */
  process: 'symphony.process',
  /** On the container of a run: its number. */
  run: 'symphony.run',
  /** On a container that holds something for others: the name of the process group, or `_secrets`. */
  group: 'symphony.group',
  /** On a container in which a tunnel ends: the container into whose network it leads. */
  tunnel: 'symphony.tunnel',
  /** On a container that only shows whether the engine starts it with GPUs. */
  probe: 'symphony.probe',
  /**
   * On an image that was built: the name of the experiment. Containers inherit the labels of their image, so an image has none
   * of the others.
   */
  image: 'symphony.image',
} as const;

export interface LaunchLabels {
  readonly experiment: string;
  readonly launchId: string;
  readonly owner: string;
  readonly host: string;
}

export function launchLabels({ experiment, launchId, owner, host }: LaunchLabels): Labels {
  return {
    [labels.experiment]: experiment,
    [labels.launch]: launchId,
    [labels.owner]: owner,
    [labels.host]: host,
  };
}

/** The run that a container is of; undefined if it is of none. */
export function runOf(own: Labels | undefined): { readonly key: string; readonly run: number } | undefined {
  const key = own?.[labels.process];
  const run = Number(own?.[labels.run]);
  return key === undefined || !Number.isInteger(run) ? undefined : { key, run };
}
