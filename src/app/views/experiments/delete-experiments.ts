import type { Cluster } from '../../../engine/client/cluster.ts';
import type { DeletionPreview } from '../../../engine/contract/backend.ts';
import type { Progress } from '../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { isAlive } from '../../../engine/contract/status.ts';
import { formatProgress } from '../../../engine/text/format-progress.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { chosenExperiments } from '../../shell/context/targets.ts';
import { keyLabel } from '../../shell/keys/key-label.ts';
import { clusterName, experimentName } from '../../shell/status/place.ts';
import { type AppState, topView } from '../../shell/store/state.ts';
import { popView, updateList } from '../../shell/store/view-updates.ts';

/**
 * Refuses to delete in views other than the list of experiments: there, marks and selection refer to processes.
 * @throws SymphonyError `usage`
 */
export function refuseDeletion(context: AppContext): never {
  const state = context.store.getState();
  const [experiment = 'an experiment'] = chosenExperiments(context);
  throw new SymphonyError('usage', `Delete ${experiment} in the list of experiments, not here.`, {
    hint: `${keyFor(state, 'back')} goes there; ${keyFor(state, 'stop')} stops the marked or selected processes.`,
  });
}

function keyFor({ bindings }: AppState, action: 'back' | 'stop'): string {
  return keyLabel(bindings.find((binding) => binding.action === action)?.keys[0] ?? '');
}

export interface DeletionRequest {
  /** Deletes without a question. */
  readonly force?: boolean;
  /** Waits without a time limit until everything is gone. */
  readonly wait?: boolean;
  /** Also deletes what Symphony did not create in the experiments' places. */
  readonly purge?: boolean;
}

/** Ends all processes of experiments and deletes their logs and records. Asks first, and lists what will end. */
export async function deleteExperiments(
  context: AppContext,
  names: readonly string[],
  { force = false, wait = false, purge = false }: DeletionRequest = {},
): Promise<void> {
  const { store, ask, notify } = context;
  const { cluster } = store.getState();
  if (cluster === undefined || names.length === 0) return;
  const what = names.length === 1 ? `experiment ${names[0]}` : `${names.length} experiments`;
  if (!force) {
    const previews = await previewDeletions(context, cluster, names);
    if (previews === undefined) return;
    if (!(await ask.confirm(question(store.getState(), what, names, { previews, purge })))) return;
  }
  const results = await notify.during(`deleting ${what}`, async ({ signal, progress }) => {
    const options = { signal, wait, purge, onProgress: (at: Progress) => progress(formatProgress(at)) };
    const deleted = await cluster.deleteBatch(names, options);
    throwIfAborted(signal);
    return deleted;
  });
  if (results === undefined) return;
  const gone = results.filter((result) => 'leftovers' in result && result.leftovers.length === 0);
  for (const result of results) {
    if ('error' in result) {
      notify.error(result.error);
      continue;
    }
    if (result.leftovers.length > 0) await ask.note(`${result.name} could not be deleted completely`, result.leftovers);
    for (const note of result.notes ?? []) notify.warning(`${result.name}: ${note}.`);
    const kept = result.kept ?? [];
    if (kept.length > 0) notify.info(`Kept, because it is not part of ${result.name}:`, kept.join('\n'));
  }
  if (gone.length === 0) return;
  notify.good(gone.length === 1 ? `Deleted ${gone[0]?.name}.` : `Deleted ${gone.length} experiments.`);
  const goneNames = new Set(gone.map(({ name }) => name));
  leaveViewsOf(context, goneNames);
  await forgetCurrent(context, cluster, goneNames);
  updateList(store, (list) => ({ ...list, marked: new Set() }));
}

/** Previews the deletion of the first experiments, which are those that the question lists. */
async function previewDeletions(
  { notify }: AppContext,
  cluster: Cluster,
  names: readonly string[],
): Promise<readonly DeletionPreview[] | undefined> {
  return notify.during('checking what would be deleted', () =>
    Promise.all(names.slice(0, maxListedNames).map((name) => cluster.previewDeletion(name))),
  );
}

const maxListedNames = 10;

/** Commands that name no experiment must not act on a later one of the same name. */
async function forgetCurrent({ store }: AppContext, cluster: Cluster, names: ReadonlySet<string>): Promise<void> {
  const current = await cluster.currentExperiment();
  if (current === null || !names.has(current)) return;
  await cluster.setExperiment(null);
  if (store.getState().cluster === cluster) store.setState({ current: null });
}

interface DeletionDetails {
  readonly previews: readonly DeletionPreview[];
  readonly purge: boolean;
}

function question(state: AppState, what: string, names: readonly string[], { previews, purge }: DeletionDetails) {
  const lines = firstOf(
    names.map((name) => {
      const alive = state.model.get(name)?.processes.filter(({ state }) => isAlive(state)).length ?? 0;
      const ends = alive === 1 ? '1 running process ends' : `${alive} running processes end`;
      return `${experimentName(state, name)}: ${alive === 0 ? 'no process is running' : ends}`;
    }),
  );
  lines.push('', `On ${clusterName(state)}. What the settings say of it stays in the history.`);
  const others = [...new Set(previews.flatMap((preview) => preview.others))];
  if (others.length > 0) {
    lines.push(
      '',
      purge ? 'Not created by Symphony, also deleted:' : 'Not created by Symphony, kept:',
      ...firstOf(others),
    );
  }
  lines.push(...new Set(previews.flatMap(({ notes }) => notes)));
  return { title: `Delete ${what}?`, lines, verb: 'delete' };
}

function firstOf(names: readonly string[]): string[] {
  const shown = names.slice(0, maxListedNames).map((name) => `  ${name}`);
  return names.length > maxListedNames ? [...shown, `  and ${names.length - maxListedNames} more`] : shown;
}

/** Goes back to the topmost view that does not show a deleted experiment. */
function leaveViewsOf({ store }: AppContext, names: ReadonlySet<string>): void {
  for (;;) {
    const view = topView(store.getState());
    if (view.experiment === undefined || !names.has(view.experiment)) return;
    popView(store);
  }
}
