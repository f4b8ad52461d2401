import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { DockerSettings } from '../section/section-types.ts';
import type { LaunchFacts } from './launch-facts.ts';

/** Folders of every system, in whose place a container needs its own. */
const systemFolders = new Set(
  'bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc run sbin srv sys tmp usr var'
    .split(' ')
    .map((name) => `/${name}`),
);

/** Whether the container of a process has its `startDir` mounted, if this machine has that folder. */
export function mountsStartDir(
  { startDir }: Pick<ResolvedProcess, 'startDir'>,
  { mount }: Pick<DockerSettings, 'mount'>,
  { isLocal }: Pick<LaunchFacts, 'isLocal'>,
): boolean {
  if (startDir === '/') return false;
  return mount ?? (isLocal && !systemFolders.has(startDir));
}
