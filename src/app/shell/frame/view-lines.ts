import { formatProcess, type ProcessStatus } from '../../../engine/contract/status.ts';
import { processDocument } from '../../views/process/process-document.ts';
import type { Measurement } from '../../views/processes/process-columns.ts';
import { memoizeLast } from '../store/memoize-last.ts';
import type { AppState } from '../store/state.ts';
import type { ProcessView, TextView } from '../store/view-state.ts';
import type { Theme } from '../theme/theme.ts';

const documentOf = memoizeLast(
  (
    status: ProcessStatus | undefined,
    description: ProcessView['description'],
    measurement: Measurement | undefined,
    now: number,
    theme: Theme,
  ) => processDocument(status, description, measurement, now, theme),
);

/** The lines of a text view. */
export function viewLines(state: AppState, view: TextView | ProcessView): readonly string[] {
  if (view.kind === 'text') return view.lines;
  const { group, name } = view.process;
  const status = state.model
    .get(view.experiment)
    ?.processes.find((candidate) => candidate.group === group && candidate.name === name);
  return documentOf(
    status,
    view.description,
    state.measurements.get(formatProcess(view.process)),
    state.now,
    state.theme,
  );
}
