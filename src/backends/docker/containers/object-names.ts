/*
 * Names are unique on an engine, which the launch id sees to. That of a run is the same each time that it is made, so that
 * the engine itself refuses to make a run twice.
 */

export interface LaunchName {
  readonly experiment: string;
  readonly launchId: string;
}

export function networkName({ experiment, launchId }: LaunchName): string {
  return `${experiment}.${launchId}`;
}

/** @param key of the process */
export function containerName({ experiment, launchId }: LaunchName, key: string, run: number): string {
  return `${experiment}.${key}.${run}.${launchId}`;
}

/** The name of the container that holds the network of a process group. */
export function holderName({ experiment, launchId }: LaunchName, group: string): string {
  return `${experiment}.${group}.${launchId}`;
}

/** The name of a volume that the processes of a group share. @param index among the volumes of the group's section */
export function groupVolumeName({ experiment, launchId }: LaunchName, group: string, index: number): string {
  return `${experiment}.${group}.volume-${index}.${launchId}`;
}

/** The new name of a container whose process was removed, once another process of that name takes its place. */
export function pastName(name: string, id: string): string {
  return `${name}.${id.slice(0, 12)}`;
}

/**
 * The name of an image that is built for an experiment, or for a part of it, and that the spec gives none. It stays when the
 * experiment is launched again, and what begins with localhost is in no registry.
 */
export function builtImageName(
  { experiment, owner }: { readonly experiment: string; readonly owner: string },
  parts: readonly string[],
): string {
  return `localhost/symphony/${[experiment, ...parts].join('/')}:${owner}`;
}
