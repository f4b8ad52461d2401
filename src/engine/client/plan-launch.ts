import type { Backend } from '../contract/backend.ts';
import { SymphonyError } from '../contract/errors.ts';
import type { NoticeTarget } from '../contract/notices.ts';
import { describeRefused, type Plan } from '../contract/plan.ts';
import { shellNotes } from '../shell/shell-notes.ts';
import type { ExperimentSpec } from '../spec/experiment-spec.ts';
import type { ResolvedExperiment } from '../spec/resolve/resolved-experiment.ts';
import { describeUntold } from '../text/describe-notice.ts';

/** The backend's plan, with the notes that are the same for every backend. */
export function planLaunch(backend: Pick<Backend, 'plan'>, spec: ExperimentSpec, resolved: ResolvedExperiment): Plan {
  return withNotes(backend.plan(resolved), shellNotes(spec));
}

/** Adds a note for each target of notices that is wanted and will not be told. */
export function withUntold(plan: Plan, wanted: readonly NoticeTarget[], told: readonly NoticeTarget[]): Plan {
  const untold = wanted.filter((target) => !told.includes(target));
  return withNotes(
    plan,
    untold.map((target) => describeUntold(target, plan.backend)),
  );
}

/** @throws SymphonyError `invalid-spec`, naming each field that the backend refuses */
export function refuseUnmapped(plan: Plan): void {
  if (plan.notes.every(({ verdict }) => verdict !== 'refused')) return;
  const { message, hint } = describeRefused(plan.notes);
  throw new SymphonyError('invalid-spec', `The ${plan.backend} backend refuses this spec.\n${message}`, { hint });
}

function withNotes(plan: Plan, notes: Plan['notes']): Plan {
  return notes.length === 0 ? plan : { ...plan, notes: [...plan.notes, ...notes] };
}
