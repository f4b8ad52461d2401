import { resolve } from 'node:path';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { formatProgress } from '../../engine/text/format-progress.ts';
import type { AppContext } from '../shell/context/context.ts';
import { emptyList } from '../shell/lists/list-state.ts';
import { topView } from '../shell/store/state.ts';
import { startOfText } from '../shell/store/view-state.ts';
import { popView, pushView, replaceView } from '../shell/store/view-updates.ts';
import { describeFile, findExperimentFiles } from '../views/files/find-files.ts';
import { planDocument } from '../views/plan/plan-document.ts';
import { openExperiment } from '../views/processes/open-experiment.ts';

/** Shows the experiment files of the working directory. */
export async function openFiles(context: AppContext): Promise<void> {
  const { options, store, signal } = context;
  if (topView(store.getState()).kind === 'files') return;
  pushView(store, { kind: 'files', files: [], searching: true, list: emptyList });
  const files = await findExperimentFiles(options.workingDirectory, options.loadSpec, signal);
  replaceView(store, (view) => (view.kind === 'files' ? { ...view, files, searching: false } : undefined));
}

/** Shows the plan of a file; enter in that view launches it. */
export async function previewFile(context: AppContext, path: string): Promise<void> {
  const { options, store } = context;
  const { cluster, theme } = store.getState();
  if (cluster === undefined) return;
  const absolute = resolve(options.workingDirectory, path);
  // The file may have changed since the list was made.
  const file = await describeFile(absolute, path, options.loadSpec);
  replaceView(store, (view) =>
    view.kind === 'files'
      ? { ...view, files: view.files.map((other) => (other.path === path ? file : other)) }
      : undefined,
  );
  const spec = await options.loadSpec(absolute);
  const plan = cluster.plan(spec);
  const lines = await planDocument(spec, plan, theme);
  pushView(store, { kind: 'text', title: `plan of ${path}`, lines, scroll: startOfText, launch: { spec, plan } });
}

/** Launches the plan that is on the screen; asks first if that would replace an experiment. */
export async function launchPlan(context: AppContext): Promise<void> {
  const { store, ask, notify } = context;
  const view = topView(store.getState());
  const { cluster, model } = store.getState();
  if (view.kind !== 'text' || view.launch === undefined || cluster === undefined) return;
  const { spec, plan } = view.launch;
  const refused = plan.notes.filter(({ verdict }) => verdict === 'refused');
  if (refused.length > 0) {
    const [first] = refused;
    throw new SymphonyError(
      'invalid-spec',
      `The ${cluster.backend} backend refuses this experiment: ${first?.path}: ${first?.message}`,
    );
  }
  const exists = model.has(spec.name);
  if (exists) {
    const lines = [`Experiment ${spec.name} exists. All its processes end before the new launch.`];
    if (!(await ask.confirm({ title: `Replace ${spec.name}?`, lines, verb: 'replace' }))) return;
  }
  const launched = await notify.during(`launching ${spec.name}`, ({ signal, progress }) =>
    cluster.launch(spec, { force: exists, signal, onProgress: (at) => progress(formatProgress(at)) }),
  );
  if (launched === undefined) return;
  notify.good(`Launched ${spec.name}.`);
  for (const kind of ['text', 'files']) if (topView(store.getState()).kind === kind) popView(store);
  if (topView(store.getState()).kind === 'experiments') openExperiment(context, spec.name);
}
