import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import { type ReplicaChange, type ReplicaCounts, scaleSpec } from '../../../engine/spec/scale-spec.ts';
import { advise } from '../../../engine/text/advice.ts';

/**
 * The spec with other numbers of replicas, as `scaleSpec` gives it. A process inside of a group is refused: it is a container
 * of a pod, which can neither get another container nor lose one, and a new pod would end the processes that stay.
 * @throws SymphonyError `unsupported`, and what `scaleSpec` throws
 */
export function scaleMembers(spec: ExperimentSpec, counts: ReplicaCounts): ReturnType<typeof scaleSpec> {
  const scaled = scaleSpec(spec, counts);
  const inside = scaled.changes.find(({ target }) => target.includes('/'));
  if (inside !== undefined) throw insideGroup(spec, inside);
  return scaled;
}

function insideGroup({ groups }: ExperimentSpec, { target, from, to }: ReplicaChange): SymphonyError {
  const [group = '', name = ''] = target.split('/');
  const replicas = groups[group]?.replicas;
  const hint = advise((say) => {
    const count = Math.ceil(((replicas ?? 0) * to) / from);
    const scaling = say.either(
      `symphony scale ${group}=${count}`,
      `cluster.scale(experiment, { '${group}': ${count} })`,
    );
    const instead =
      replicas === undefined
        ? `Declare ${name} outside of the group, or give the group replicas`
        : `Scale the group: ${scaling}`;
    const field = `groups.${group}.processes.${name}.replicas`;
    const again = say.either(`--force --set ${field}=${to}`, `with force: true, and ${field} changed to ${to}`);
    return `${instead}. Or launch it again, which ends its processes: ${again}`;
  });
  return new SymphonyError(
    'unsupported',
    `${target} cannot be scaled on Kubernetes: the processes of a group are one pod, whose containers cannot change while it runs.`,
    { hint },
  );
}
