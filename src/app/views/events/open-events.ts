import { requireCapability } from '../../../engine/client/require-capability.ts';
import type { ClusterEvent } from '../../../engine/contract/events.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { chosenExperiments, requireCluster } from '../../shell/context/targets.ts';
import { cursorIndex, selectIndex } from '../../shell/lists/cursor.ts';
import { emptyList } from '../../shell/lists/list-state.ts';
import { listHeight } from '../../shell/store/layout.ts';
import { pushView, updateViews } from '../../shell/store/view-updates.ts';
import { EventFeed } from './event-feed.ts';
import { addEvents, eventRows } from './event-rows.ts';
import { type EventsView, isEventsView } from './events-view.ts';

/** Shows what happened to the chosen experiment, and goes on with what happens. */
export async function openEvents(context: AppContext): Promise<void> {
  const { store, notify } = context;
  const [experiment] = chosenExperiments(context);
  if (experiment === undefined) return;
  const capability = requireCapability(requireCluster(context), 'events');
  const session: EventFeed = new EventFeed((signal) => capability.events(experiment, { follow: true, signal }), {
    onEvents: (events) => update((view) => withEvents(view, events, listHeight(store.getState().size))),
    onEnd(error) {
      update((view) => ({ ...view, isLive: false }));
      if (error !== undefined) notify.error(error);
    },
  });
  const update = (change: (view: EventsView) => EventsView) =>
    updateViews(store, isEventsView, (view) => (view.session === session ? change(view) : view));
  pushView<EventsView>(store, { kind: 'events', experiment, events: [], isLive: true, session, list: emptyList });
}

/** Adds events. A cursor on the last row stays on the last row, so that the list follows. */
export function withEvents(view: EventsView, added: readonly ClusterEvent[], height: number): EventsView {
  const before = eventRows(view).ids;
  const isAtEnd = before.length === 0 || cursorIndex(view.list, before) === before.length - 1;
  const next = { ...view, events: addEvents(view.events, added) };
  if (!isAtEnd || view.list.sort !== null) return next;
  const { ids } = eventRows(next);
  return { ...next, list: selectIndex(next.list, ids, ids.length - 1, height) };
}
