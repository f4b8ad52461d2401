import type { Plan } from '../../engine/plan.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import { resolveExperiment } from '../../engine/spec/resolve-experiment.ts';
import { planOnMachine } from '../machine/machine-plan.ts';
import { checkSections } from './tmux-section.ts';
import { windowName } from './window-commands.ts';

/** Plans a launch, including the windows. */
export function planOnTmux(spec: ExperimentSpec): Plan {
  const plan = planOnMachine('tmux', spec);
  const resolved = resolveExperiment(spec);
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
