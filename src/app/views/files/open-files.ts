import type { AppContext } from '../../shell/context/context.ts';
import { emptyList } from '../../shell/lists/list-state.ts';
import { topView } from '../../shell/store/state.ts';
import { pushView, updateViews } from '../../shell/store/view-updates.ts';
import { type FilesView, isFilesView } from './files-view.ts';
import { findExperimentFiles } from './find-files.ts';

/** Shows the experiment files of the working directory. */
export async function openFiles({ options, store, signal }: AppContext): Promise<void> {
  if (isFilesView(topView(store.getState()))) return;
  pushView<FilesView>(store, { kind: 'files', files: [], searching: true, list: emptyList });
  const files = await findExperimentFiles(options.workingDirectory, options.loadSpec, signal);
  updateViews(store, isFilesView, (view) => ({ ...view, files, searching: false }));
}
