import type { Plan } from '../../engine/contract/plan.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolve/resolved-experiment.ts';
import { planOnHost } from '../supervision/keeper/backend/plan-on-host.ts';
import { checkSections } from './tmux-section.ts';
import { windowName } from './window-commands.ts';

/** Plans a launch, including the windows. */
export function planOnTmux(resolved: ResolvedExperiment): Plan {
  const plan = planOnHost('tmux', resolved);
  return {
    ...plan,
    notes: [...plan.notes, ...checkSections(resolved)],
    documents: plan.documents.map((document, index) => {
      const resolvedProcess = resolved.processes[index];
      return {
        ...(document as object),
        ...(resolvedProcess === undefined ? {} : { window: windowName(resolvedProcess) }),
      };
    }),
  };
}
