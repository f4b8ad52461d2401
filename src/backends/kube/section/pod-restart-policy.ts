import type { RestartPolicy } from '../../../engine/spec/experiment-spec.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { isRestartedBySupervisor } from '../supervisor/supervised-rules.ts';
import type { PodSettings } from './kube-settings.ts';
import type { KubeRestartPolicy } from './section-types.ts';

const mapped: Readonly<Record<RestartPolicy, KubeRestartPolicy>> = {
  never: 'Never',
  'on-failure': 'OnFailure',
  always: 'Always',
};

/**
 * The restart policy of a pod: `kube.restartPolicy`, or that of its processes, which must agree. A pod whose process the
 * supervisor restarts has none.
 */
export function podRestartPolicy(
  processes: readonly Pick<ResolvedProcess, 'restart' | 'maxRestarts' | 'maxDuration' | 'alive'>[],
  settings: Pick<PodSettings, 'restartPolicy'>,
): KubeRestartPolicy {
  const [first] = processes;
  if (settings.restartPolicy !== undefined) return settings.restartPolicy;
  return first === undefined || isRestartedBySupervisor(first) ? 'Never' : mapped[first.restart];
}
