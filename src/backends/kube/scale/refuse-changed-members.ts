import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { memberKey } from '../status/process-pods.ts';

/**
 * Refuses new numbers of replicas that change the processes of a group which stays: they are the containers of one pod,
 * which can neither get another container nor lose one.
 * @throws SymphonyError `unsupported`
 */
export function refuseChangedMembers(before: readonly ResolvedProcess[], after: readonly ResolvedProcess[]): void {
  const old = Map.groupBy(before, memberKey);
  for (const [member, processes] of Map.groupBy(after, memberKey)) {
    const known = old.get(member);
    if (known === undefined) continue;
    const names = new Set(known.map(({ name }) => name));
    if (names.size === processes.length && processes.every(({ name }) => names.has(name))) continue;
    throw new SymphonyError(
      'unsupported',
      `The processes of group ${processes[0]?.group} are one pod, whose containers cannot change while it runs.`,
      { hint: 'Give the group itself replicas and scale the group, or launch the experiment again with --force.' },
    );
  }
}
