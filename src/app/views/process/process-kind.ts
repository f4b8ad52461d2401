import { formatProcess, type ProcessStatus, sameProcess } from '../../../engine/contract/status.ts';
import { formatDuration } from '../../../engine/text/durations.ts';
import { stateReason } from '../../../engine/text/format-state.ts';
import { experimentName } from '../../shell/status/place.ts';
import { stateAge } from '../../shell/status/state-age.ts';
import type { Measurement } from '../../shell/store/measurements.ts';
import { memoizeLast } from '../../shell/store/memoize-last.ts';
import type { AppState } from '../../shell/store/state.ts';
import { textKind } from '../../shell/text-view/text-kind.ts';
import type { Theme } from '../../shell/theme/theme.ts';
import { processDocument } from './process-document.ts';
import type { ProcessView } from './process-view.ts';

const documentOf = memoizeLast(
  (
    status: ProcessStatus | undefined,
    description: ProcessView['description'],
    measurement: Measurement | undefined,
    now: number,
    theme: Theme,
  ) => processDocument(status, description, measurement, now, theme),
);

export const processKind = textKind<ProcessView>({
  kind: 'process',
  section: { title: 'One process', contexts: ['process', 'on-experiment', 'on-process'] },
  showsMetrics: true,
  fileName: (view) => view.process.name,
  path: (state, view) => [experimentName(state, view.experiment), formatProcess(view.process)],
  lines: (state, view) =>
    documentOf(
      statusOf(state, view),
      view.description,
      state.measurements.get(formatProcess(view.process)),
      state.now,
      state.theme,
    ),
  times(state, view, now) {
    const status = statusOf(state, view);
    return status === undefined ? '' : `${formatDuration(stateAge(status, now))}${stateReason(status, now)}`;
  },
  targets(state, view) {
    const status = statusOf(state, view);
    const processes = status === undefined ? [] : [status];
    return {
      selections: [{ experiment: view.experiment, processes }],
      ...(status === undefined ? {} : { process: status }),
    };
  },
});

function statusOf({ model }: AppState, view: ProcessView): ProcessStatus | undefined {
  return model.get(view.experiment)?.processes.find((status) => sameProcess(status, view.process));
}
