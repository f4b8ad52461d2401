import type { ExperimentStatus } from '../../../engine/contract/status.ts';
import { formatDuration, secondsSince } from '../../../engine/text/durations.ts';
import type { Targets } from '../../shell/context/context.ts';
import { chosenExperiments } from '../../shell/context/targets.ts';
import { listKind, selectNext } from '../../shell/list-view/list-kind.ts';
import { selectedRow } from '../../shell/list-view/list-rows.ts';
import { havePlaces } from '../../shell/status/place.ts';
import type { AppState } from '../../shell/store/state.ts';
import { openFiles } from '../files/open-files.ts';
import { openExperiment } from '../processes/open-experiment.ts';
import { makeCurrent } from '../processes/switch-experiment.ts';
import { decorateStart } from './BackendTable.tsx';
import { deleteExperiments, refuseDeletion } from './delete-experiments.ts';
import { experimentColumnsOf } from './experiment-columns.ts';
import { experimentContext, experimentRows } from './experiment-rows.ts';
import type { ExperimentsView } from './experiments-view.ts';
import { renderStart } from './render-start.ts';

const attentionStates: readonly ExperimentStatus['state'][] = ['failed', 'degraded'];

export const experimentsKind = listKind<ExperimentsView, ExperimentStatus, ReturnType<typeof experimentContext>>({
  kind: 'experiments',
  title: 'Experiments',
  contexts: ['experiments', 'on-experiment', 'marks'],
  path: () => ['experiments'],
  rows: experimentRows,
  columns: ({ model }) =>
    experimentColumnsOf({ places: havePlaces([...model.values()].map(({ experiment }) => experiment)) }),
  context: experimentContext,
  empty: () => 'No experiments.',
  replacement: (state) => (state.model.size === 0 ? renderStart(state) : undefined),
  decorate: decorateStart,
  marks: ({ name }) => [name],
  time: ({ createdAt }, now) => formatDuration(secondsSince(createdAt, now)),
  targets,
  async open(context, _view, row) {
    if (row !== undefined) openExperiment(context, row.name);
    else if (context.store.getState().model.size === 0) await openFiles(context);
  },
  actions: {
    delete: (context) => deleteExperiments(context, chosenExperiments(context)),
    async 'switch-experiment'(context) {
      const [experiment] = chosenExperiments(context);
      if (experiment !== undefined) await makeCurrent(context, experiment);
    },
    'next-failed'(context, view) {
      const needsAttention = ({ state, processes }: ExperimentStatus) =>
        attentionStates.includes(state) || processes.failed > 0;
      if (!selectNext(context, experimentRows(context.store.getState(), view), view, needsAttention)) {
        context.notify.info('Nothing failed, and nothing waits for a restart.');
      }
    },
  },
  offers: { delete: refuseDeletion },
});

/** The marked experiments, or else the selected one, each with all of its processes. */
function targets(state: AppState, view: ExperimentsView): Targets {
  const marked = [...view.list.marked].filter((name) => state.model.has(name));
  const selected = selectedRow(experimentRows(state, view), view);
  const names = marked.length > 0 || selected === undefined ? marked : [selected.name];
  const selections = names.map((experiment) => ({
    experiment,
    processes: state.model.get(experiment)?.processes ?? [],
  }));
  const isSingle = selections[0]?.processes.length === 1;
  return { selections, ...(isSingle ? {} : { name: 'all' }) };
}
