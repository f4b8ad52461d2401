import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { holderImage, holderProgram } from '../images/holder-image.ts';
import type { CreateCall } from './create-call-body.ts';
import { type LaunchLabels, labels, launchLabels } from './labels.ts';

/*
 * Secret files are in memory, never on a disk of the engine: in a volume that is a tmpfs. It is empty again once no container
 * has it mounted, so a container that only waits holds it, into which the files are copied.
 */

/** The name of that container among those that hold something for others. No process group has such a name. */
export const secretsHolder = '_secrets';

/** Without a size, which Podman takes for a quota of its disk. */
const volumeOptions = { type: 'tmpfs', device: 'tmpfs', o: 'mode=0755,nosuid,nodev,noexec' };

/** Processes with the same list of secret files share one volume. */
export type SecretSets = readonly (readonly string[])[];

/** The different lists of secret files, in the order of declaration. */
export function secretSets(processes: readonly Pick<ResolvedProcess, 'secrets'>[]): SecretSets {
  const sets = new Map(processes.map(({ secrets }) => [JSON.stringify(secrets), secrets]));
  return [...sets.values()].filter((secrets) => secrets.length > 0);
}

/** The name of the volume with these secret files. */
export function secretVolume(
  { experiment, launchId }: Pick<LaunchLabels, 'experiment' | 'launchId'>,
  sets: SecretSets,
  secrets: readonly string[],
): string {
  const written = JSON.stringify(secrets);
  return `${experiment}.secrets-${sets.findIndex((set) => JSON.stringify(set) === written)}.${launchId}`;
}

/** The bodies of the calls that create the volumes. */
export function volumeCalls(launch: LaunchLabels, sets: SecretSets): readonly CreateCall[] {
  return sets.map((secrets) => ({
    Name: secretVolume(launch, sets, secrets),
    Driver: 'local',
    DriverOpts: volumeOptions,
    Labels: launchLabels(launch),
  }));
}

/** The folder of a set in the container that holds it. */
export function heldFolder(index: number): string {
  return `/secrets/${index}`;
}

/** The call that creates the container that holds the volumes. */
export function secretsHolderCall(launch: LaunchLabels, sets: SecretSets): CreateCall {
  const mounts = sets.map((secrets, index) => ({
    Type: 'volume',
    Source: secretVolume(launch, sets, secrets),
    Target: heldFolder(index),
  }));
  return {
    Image: holderImage,
    Entrypoint: [holderProgram],
    Cmd: [],
    Labels: { ...launchLabels(launch), [labels.group]: secretsHolder },
    // It ignores other signals, which an engine that is stopped would wait for.
    StopSignal: 'SIGKILL',
    HostConfig: {
      NetworkMode: 'none',
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'none' },
      Mounts: mounts,
    },
  };
}
