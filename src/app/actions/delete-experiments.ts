import { formatProgress } from '../../engine/format-progress.ts';
import { isAlive } from '../../engine/status.ts';
import type { AppContext } from '../store/context.ts';
import { chosenExperiments } from '../store/selection.ts';
import { topView } from '../store/state.ts';
import { popView, updateList } from '../store/view-updates.ts';

/** Ends everything of the experiments that are marked or selected. Asks first, naming what will end. */
export async function deleteExperiments(context: AppContext): Promise<void> {
  const { store, ask, notify, signal } = context;
  const { cluster, model } = store.getState();
  const names = chosenExperiments(store.getState());
  if (cluster === undefined || names.length === 0) return;
  const lines = names.slice(0, 10).map((name) => {
    const alive = model.get(name)?.processes.filter(({ state }) => isAlive(state)).length ?? 0;
    return `  ${name}: ${alive === 0 ? 'nothing of it runs' : `${alive} running ${alive === 1 ? 'process ends' : 'processes end'}`}`;
  });
  if (names.length > 10) lines.push(`  and ${names.length - 10} more experiments`);
  const what = names.length === 1 ? `experiment ${names[0]}` : `${names.length} experiments`;
  const question = {
    title: `Delete ${what}?`,
    lines: [...lines, '', 'Logs and records of it go too.'],
    verb: 'delete',
  };
  if (!(await ask.confirm(question))) return;
  const results = await notify.during(`deleting ${what}`, (progress) =>
    cluster.deleteBatch(names, { signal, onProgress: (at) => progress(formatProgress(at)) }),
  );
  if (results === undefined) return;
  const gone = results.filter((result) => 'leftovers' in result && result.leftovers.length === 0);
  for (const result of results) {
    if ('error' in result) notify.error(result.error);
    else if (result.leftovers.length > 0) {
      await ask.note(`${result.name} could not be ended completely`, result.leftovers);
    }
  }
  if (gone.length === 0) return;
  notify.good(gone.length === 1 ? `Deleted ${gone[0]?.name}.` : `Deleted ${gone.length} experiments.`);
  leaveViewsOf(context, new Set(gone.map(({ name }) => name)));
  updateList(store, (list) => ({ ...list, marked: new Set() }));
}

/** Goes back to the first view that is not about what is gone. */
function leaveViewsOf({ store }: AppContext, names: ReadonlySet<string>): void {
  for (;;) {
    const view = topView(store.getState());
    if (!('experiment' in view) || !names.has(view.experiment)) return;
    popView(store);
  }
}
