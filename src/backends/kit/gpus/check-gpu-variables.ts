import type { PlanNote } from '../../../engine/contract/plan.ts';
import { formatPath } from '../../../engine/spec/problem.ts';
import { declaredProcesses } from '../../../engine/spec/resolve/expand-spec.ts';
import { inheritFields } from '../../../engine/spec/resolve/inherit-fields.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { gpuVariables } from './gpu.ts';

/** Refuses variables that choose GPUs where `resources.gpu` chooses them, each once with its place. */
export function checkGpuVariables({ spec }: Pick<ResolvedExperiment, 'spec'>): readonly PlanNote[] {
  const notes = new Map<string, PlanNote>();
  for (const declared of declaredProcesses(spec)) {
    if (inheritFields(declared, spec).resources.gpu === undefined) continue;
    const { group, path: own } = declared;
    const levels = [
      { env: declared.spec.env, path: own },
      ...(group === null ? [] : [{ env: group.spec.env, path: ['groups', group.name] }]),
      { env: spec.env, path: [] },
    ];
    for (const name of gpuVariables) {
      const level = levels.find(({ env = {} }) => Object.hasOwn(env, name));
      if (level === undefined) continue;
      const path = formatPath([...level.path, 'env', name]);
      notes.set(path, {
        verdict: 'refused',
        path,
        message: `${formatPath(own)} asks for GPUs with resources.gpu, and Symphony sets this variable to those that it gets`,
        hint: 'Leave out the variable, or resources.gpu.',
      });
    }
  }
  return [...notes.values()];
}
