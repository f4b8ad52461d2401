import type { RestartPolicy } from '../../../engine/spec/experiment-spec.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { PodSettings } from './kube-settings.ts';
import type { KubeRestartPolicy } from './section-types.ts';

const mapped: Readonly<Record<RestartPolicy, KubeRestartPolicy>> = {
  never: 'Never',
  'on-failure': 'OnFailure',
  always: 'Always',
};

/** The restart policy of a pod: `kube.restartPolicy`, or that of its processes, which must agree. */
export function podRestartPolicy(
  processes: readonly Pick<ResolvedProcess, 'restart'>[],
  settings: Pick<PodSettings, 'restartPolicy'>,
): KubeRestartPolicy {
  return settings.restartPolicy ?? mapped[processes[0]?.restart ?? 'never'];
}
