import type { DockerProcess } from '../section/docker-experiment.ts';
import type { CreateCall } from './create-call-body.ts';
import { type LaunchLabels, launchLabels } from './labels.ts';
import { groupVolumeName } from './object-names.ts';

/** A volume that the processes of a group share. The container that holds their network keeps it mounted. */
export interface GroupVolume {
  /** The body of the call that creates it. */
  readonly call: CreateCall & { readonly Name: string };
  /** Where it is in the container that holds it. */
  readonly heldFolder: string;
}

/** @param members of the group */
export function groupVolumes(launch: LaunchLabels, group: string, members: readonly DockerProcess[]): GroupVolume[] {
  const indexes = members.flatMap(({ settings }) => settings.volumes.flatMap(({ groupIndex }) => groupIndex ?? []));
  return [...new Set(indexes)].map((index) => ({
    call: { Name: groupVolumeName(launch, group, index), Driver: 'local', Labels: launchLabels(launch) },
    heldFolder: `/volumes/${index}`,
  }));
}
