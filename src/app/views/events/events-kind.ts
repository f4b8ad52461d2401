import type { ClusterEvent } from '../../../engine/contract/events.ts';
import { formatProcess, type ProcessStatus, sameProcess } from '../../../engine/contract/status.ts';
import { formatAge } from '../../../engine/text/durations.ts';
import type { Targets } from '../../shell/context/context.ts';
import { listKind } from '../../shell/list-view/list-kind.ts';
import { selectedRow } from '../../shell/list-view/list-rows.ts';
import { experimentName } from '../../shell/status/place.ts';
import type { AppState } from '../../shell/store/state.ts';
import { sanitizeLine } from '../../shell/text/sanitize.ts';
import { paint } from '../../shell/theme/theme.ts';
import { openProcess } from '../process/open-process.ts';
import { type EventContext, eventColumns, eventRows } from './event-rows.ts';
import type { EventsView } from './events-view.ts';
import { openEvents } from './open-events.ts';

export const eventsKind = listKind<EventsView, ClusterEvent, EventContext>({
  kind: 'events',
  title: 'Events',
  contexts: ['events', 'on-experiment'],
  path: (state, { experiment, isLive }) => [experimentName(state, experiment), isLive ? 'events' : 'events (ended)'],
  rows: (_state, view) => eventRows(view),
  columns: () => eventColumns,
  context: ({ now }) => ({ now }),
  empty: () => 'No events so far.',
  time: ({ time }, now) => formatAge(time, now),
  // A message may be longer than its column.
  about: ({ theme }, { time, message }) => `${paint(theme, 'dim', time)} ${sanitizeLine(message).plain}`,
  targets,
  async open(context, { experiment }, event) {
    const status = statusOf(context.store.getState(), experiment, event);
    if (status !== undefined) await openProcess(context, experiment, status);
    else if (event?.process !== undefined)
      context.notify.info(`${formatProcess(event.process)} does not exist any more.`);
  },
  offers: { events: openEvents },
  bindings: [
    {
      action: 'events',
      keys: ['E'],
      contexts: ['on-experiment', 'logs'],
      label: 'events',
      help: 'What happened to the experiment: changes of states, restarts, rules, requests of users',
      needs: 'events',
    },
  ],
});

/** The process of the selected event, or all of the experiment. */
function targets(state: AppState, view: EventsView): Targets {
  const { experiment } = view;
  const status = statusOf(state, experiment, selectedRow(eventRows(view), view));
  if (status !== undefined) return { selections: [{ experiment, processes: [status] }], process: status };
  return { selections: [{ experiment, processes: state.model.get(experiment)?.processes ?? [] }], name: 'all' };
}

function statusOf({ model }: AppState, experiment: string, event: ClusterEvent | undefined): ProcessStatus | undefined {
  const reference = event?.process;
  if (reference === undefined) return undefined;
  return model.get(experiment)?.processes.find((status) => sameProcess(status, reference));
}
