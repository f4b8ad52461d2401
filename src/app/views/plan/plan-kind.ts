import { textKind } from '../../shell/text-view/text-kind.ts';
import { launchPlan } from './launch-plan.ts';
import type { PlanView } from './plan-view.ts';

export const planKind = textKind<PlanView>({
  kind: 'plan',
  section: { title: 'Plan', contexts: ['plan'] },
  fileName: ({ title }) => title,
  path: (_state, { title }) => [title],
  lines: (_state, { lines }) => lines,
  actions: { launch: launchPlan },
  bindings: [
    { action: 'launch', keys: ['enter'], contexts: ['plan'], label: 'launch', help: 'Launch this plan', footer: 1 },
  ],
});
