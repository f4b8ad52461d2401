import type { PlanNote } from '../../../engine/contract/plan.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { probePeriod } from '../manifests/pod/liveness-probe.ts';

/** Notes about what a liveness probe, and the log of a container, cannot do. */
export function livenessNotes({ alive, ready, path }: Pick<ResolvedProcess, 'alive' | 'ready' | 'path'>): PlanNote[] {
  if (alive === null) return [];
  if (alive.kind === 'silence') {
    const message =
      'counts whole lines: of output without a line end, such as a progress bar, a node tells only every 16 KiB';
    return [{ verdict: 'warning', path: `${path}.alive.silence`, message }];
  }
  if (ready.kind === 'log') {
    const message =
      'is not possible together with ready: { log: … }: Kubernetes would check it from its start on, ready or not';
    const hint = 'Let a service or a command say when it is ready.';
    return [{ verdict: 'refused', path: `${path}.alive`, message, hint }];
  }
  const period = probePeriod(alive.every);
  if (period === alive.every) return [];
  const message = `not enforced: Kubernetes counts whole seconds, and checks it every ${period} s`;
  return [{ verdict: 'not-enforced', path: `${path}.alive.every`, message }];
}
