import { textKind } from '../../shell/text-view/text-kind.ts';
import type { PastView } from './history-view.ts';
import { restorePast, showPastLogs } from './past-actions.ts';

/** The description of one past experiment. Its keys are those of the list that have the context `past`. */
export const pastKind = textKind<PastView>({
  kind: 'past',
  section: { title: 'Past experiment', contexts: ['past'] },
  fileName: ({ title }) => title,
  path: (_state, { title }) => ['history', title],
  lines: (_state, { lines }) => lines,
  targets: () => ({ selections: [] }),
  actions: {
    logs: (context, { record }) => showPastLogs(context, record.name),
    restore: (context, { record }) => restorePast(context, record),
  },
});
