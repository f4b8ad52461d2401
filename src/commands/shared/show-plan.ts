import type { Cluster } from '../../engine/client/cluster.ts';
import { requireCapability } from '../../engine/client/require-capability.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { describeRefused, formatPlanNote, type Plan } from '../../engine/contract/plan.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import { print, toYaml } from '../output/print.ts';
import type { CommandContext } from '../program/command.ts';

/** Warns about fields that have no effect on this backend, or not the expected one; refused fields fail the launch. */
export function warnOfPlan(context: Pick<CommandContext, 'warn'>, plan: Plan): void {
  for (const note of plan.notes) if (note.verdict !== 'refused') context.warn(formatPlanNote(note));
}

/** Prints the plan for `--dry-run`. @throws SymphonyError `invalid-spec` listing every refused field */
export async function showPlan(context: CommandContext, plan: Plan): Promise<void> {
  warnOfPlan(context, plan);
  const documents = await Promise.all(plan.documents.map(toYaml));
  await print(context, {
    data: plan,
    names: () => [plan.experiment],
    table: () => [documents.join('---\n').trimEnd()],
  });
  if (plan.notes.every(({ verdict }) => verdict !== 'refused')) return;
  const { message, hint } = describeRefused(plan.notes);
  throw new SymphonyError('invalid-spec', message, { hint });
}

/** Asks the cluster to check the launch. */
export async function checkOnServer(
  { signal, progress, note }: Pick<CommandContext, 'signal' | 'progress' | 'note'>,
  cluster: Cluster,
  spec: ExperimentSpec,
): Promise<void> {
  await requireCapability(cluster, 'check').check(spec, { signal, onProgress: progress });
  note(`The server would accept ${spec.name}.`);
}
