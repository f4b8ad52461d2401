import type { Progress } from '../../engine/capabilities.ts';
import type { Cluster, DeletionPreview } from '../../engine/cluster.ts';
import { SymphonyError, throwIfAborted } from '../../engine/errors.ts';
import { formatProgress } from '../../engine/format-progress.ts';
import { isAlive } from '../../engine/status.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { AppContext } from '../store/context.ts';
import { clusterName, experimentName } from '../store/place.ts';
import { chosenExperiments } from '../store/selection.ts';
import { type AppState, topView } from '../store/state.ts';
import { popView, updateList } from '../store/view-updates.ts';

/**
 * Deletes the experiments that are marked or selected in the list of experiments.
 * @throws SymphonyError `usage` anywhere else: there, marks and selection are of processes
 */
export async function deleteChosenExperiments(context: AppContext): Promise<void> {
  const state = context.store.getState();
  if (topView(state).kind !== 'experiments') {
    const [experiment = 'an experiment'] = chosenExperiments(state);
    throw new SymphonyError('usage', `${experiment} is deleted in the list of experiments, not here.`, {
      hint: `${keyOf(state, 'back')} goes there; ${keyOf(state, 'stop')} stops the processes that are marked or selected.`,
    });
  }
  await deleteExperiments(context, chosenExperiments(state));
}

function keyOf({ bindings }: AppState, action: 'back' | 'stop'): string {
  return keyLabel(bindings.find((binding) => binding.action === action)?.keys[0] ?? '');
}

export interface DeleteWishes {
  /** Delete without asking. */
  readonly force?: boolean;
  /** Wait as long as it takes until everything is gone. */
  readonly wait?: boolean;
}

/** Ends everything of experiments and forgets them. Asks first, naming what will end. */
export async function deleteExperiments(
  context: AppContext,
  names: readonly string[],
  { force = false, wait = false }: DeleteWishes = {},
): Promise<void> {
  const { store, ask, notify } = context;
  const { cluster } = store.getState();
  if (cluster === undefined || names.length === 0) return;
  const what = names.length === 1 ? `experiment ${names[0]}` : `${names.length} experiments`;
  if (!force) {
    const previews = await previewDeletions(context, cluster, names);
    if (previews === undefined || !(await ask.confirm(question(store.getState(), what, names, previews)))) return;
  }
  const results = await notify.during(`deleting ${what}`, async ({ signal, progress }) => {
    const options = { signal, wait, onProgress: (at: Progress) => progress(formatProgress(at)) };
    const deleted = await cluster.deleteBatch(names, options);
    throwIfAborted(signal);
    return deleted;
  });
  if (results === undefined) return;
  const gone = results.filter((result) => 'leftovers' in result && result.leftovers.length === 0);
  for (const result of results) {
    if ('error' in result) notify.error(result.error);
    else if (result.leftovers.length > 0) {
      await ask.note(`${result.name} could not be ended completely`, result.leftovers);
    }
    const kept = 'kept' in result ? (result.kept ?? []) : [];
    if (kept.length > 0) notify.info(`Not of ${result.name}, and still there:`, kept.join('\n'));
  }
  if (gone.length === 0) return;
  notify.good(gone.length === 1 ? `Deleted ${gone[0]?.name}.` : `Deleted ${gone.length} experiments.`);
  leaveViewsOf(context, new Set(gone.map(({ name }) => name)));
  updateList(store, (list) => ({ ...list, marked: new Set() }));
}

/** What else stands where experiments do; for the first ones, which are those that the question names. */
async function previewDeletions(
  { notify }: AppContext,
  cluster: Cluster,
  names: readonly string[],
): Promise<readonly DeletionPreview[] | undefined> {
  return notify.during('looking what would be deleted', () =>
    Promise.all(names.slice(0, namedAtMost).map((name) => cluster.previewDeletion(name))),
  );
}

const namedAtMost = 10;

function question(state: AppState, what: string, names: readonly string[], previews: readonly DeletionPreview[]) {
  const lines = names.slice(0, namedAtMost).map((name) => {
    const alive = state.model.get(name)?.processes.filter(({ state }) => isAlive(state)).length ?? 0;
    return `  ${experimentName(state, name)}: ${alive === 0 ? 'nothing of it runs' : `${alive} running ${alive === 1 ? 'process ends' : 'processes end'}`}`;
  });
  if (names.length > namedAtMost) lines.push(`  and ${names.length - namedAtMost} more experiments`);
  const others = previews.flatMap((preview) => preview.others);
  if (others.length > 0) lines.push('', 'Not Symphony’s, and stays:', ...others.map((other) => `  ${other}`));
  lines.push(...previews.flatMap(({ notes }) => notes));
  return {
    title: `Delete ${what}?`,
    lines: [...lines, '', `On ${clusterName(state)}. Logs and records of it go too.`],
    verb: 'delete',
  };
}

/** Goes back to the first view that is not about what is gone. */
function leaveViewsOf({ store }: AppContext, names: ReadonlySet<string>): void {
  for (;;) {
    const view = topView(store.getState());
    if (!('experiment' in view) || view.experiment === undefined || !names.has(view.experiment)) return;
    popView(store);
  }
}
