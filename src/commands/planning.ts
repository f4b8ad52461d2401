import { type Cluster, requireCapability } from '../engine/cluster.ts';
import { SymphonyError } from '../engine/errors.ts';
import { describeRefused, formatPlanNote, type Plan } from '../engine/plan.ts';
import type { ExperimentSpec } from '../engine/spec/experiment-spec.ts';
import type { CommandContext } from './command.ts';
import { print, toYaml } from './output/print.ts';

/** Says what has no effect on this backend; a launch itself refuses what cannot be. */
export function warnOfPlan(context: Pick<CommandContext, 'warn'>, plan: Plan): void {
  for (const note of plan.notes) if (note.verdict === 'not-enforced') context.warn(formatPlanNote(note));
}

/** What `--dry-run` prints. @throws SymphonyError `invalid-spec` with everything that is refused */
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

/** Has the cluster itself check what would be launched. */
export async function checkOnServer(
  { signal, progress, note }: Pick<CommandContext, 'signal' | 'progress' | 'note'>,
  cluster: Cluster,
  spec: ExperimentSpec,
): Promise<void> {
  await requireCapability(cluster, 'check').check(spec, { signal, onProgress: progress });
  note(`The server would accept ${spec.name}.`);
}
