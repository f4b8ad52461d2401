import { requireCapability } from '../../../engine/client/require-capability.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { parseReplicaCounts } from '../../../engine/spec/scale-spec.ts';
import { describeScaling } from '../../../engine/text/describe-scaling.ts';
import { formatProgress } from '../../../engine/text/format-progress.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { currentTargets, requireCluster } from '../../shell/context/targets.ts';

/** Asks for numbers of replicas, as `symphony scale` takes them, and changes those of the experiment of the view. */
export async function scaleChosen(context: AppContext): Promise<void> {
  const { ask, notify } = context;
  const cluster = requireCluster(context);
  requireCapability(cluster, 'scale');
  const [selection] = currentTargets(context).selections;
  if (selection === undefined) return;
  const { experiment, processes } = selection;
  const [selected] = processes;
  const declared = selected === undefined ? '' : `${formatProcess(selected).replace(/-\d+(?=\/|$)/g, '')}=`;
  const answer = await ask.text({ label: `scale ${experiment}: `, text: declared });
  const targets = answer?.split(/\s+/).filter((word) => word !== '') ?? [];
  if (targets.length === 0) return;
  const counts = parseReplicaCounts(targets);
  const result = await notify.during(`scaling ${experiment}`, ({ signal, progress }) =>
    cluster.scale(experiment, counts, { signal, onProgress: (at) => progress(formatProgress(at)) }),
  );
  if (result !== undefined) notify.good(describeScaling(counts, result).join(' '));
}
