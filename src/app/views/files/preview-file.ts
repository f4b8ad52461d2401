import { resolve } from 'node:path';
import type { AppContext } from '../../shell/context/context.ts';
import { updateViews } from '../../shell/store/view-updates.ts';
import { openPlan } from '../plan/open-plan.ts';
import { isFilesView } from './files-view.ts';
import { describeFile } from './find-files.ts';

/** Shows the plan of a file of the list. */
export async function previewFile(context: AppContext, path: string): Promise<void> {
  const { options, store } = context;
  if (store.getState().cluster === undefined) return;
  const absolute = resolve(options.workingDirectory, path);
  // The file may have changed since the list was made.
  const file = await describeFile(absolute, path, options.loadSpec);
  updateViews(store, isFilesView, (view) => ({
    ...view,
    files: view.files.map((other) => (other.path === path ? file : other)),
  }));
  await openPlan(context, path, await options.loadSpec(absolute), 'files');
}
