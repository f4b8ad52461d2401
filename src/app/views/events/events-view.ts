import type { ClusterEvent } from '../../../engine/contract/events.ts';
import type { ListView } from '../../shell/store/view.ts';
import { isOfKind } from '../../shell/store/view.ts';
import type { EventFeed } from './event-feed.ts';

/** What happened to an experiment, oldest first; new events are added at the end. */
export interface EventsView extends ListView {
  readonly kind: 'events';
  readonly experiment: string;
  readonly events: readonly ClusterEvent[];
  /** Whether events are still followed. */
  readonly isLive: boolean;
  readonly session: EventFeed;
}

export const isEventsView = isOfKind<EventsView>('events');
