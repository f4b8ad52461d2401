import type { Plan } from '../../../engine/contract/plan.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import { isOfKind, type TextView } from '../../shell/store/view.ts';

/** The plan of a launch. */
export interface PlanView extends TextView {
  readonly kind: 'plan';
  readonly title: string;
  readonly lines: readonly string[];
  readonly spec: ExperimentSpec;
  readonly plan: Plan;
  /** The kind of the view in which the file was chosen. A launch closes that view too. */
  readonly chosenIn: string;
}

export const isPlanView = isOfKind<PlanView>('plan');
