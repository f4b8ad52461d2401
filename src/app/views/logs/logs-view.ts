import { isOfKind, type View } from '../../shell/store/view.ts';
import type { LogAnchor } from './log-window.ts';
import type { LogSession } from './reading/log-session.ts';

/** The logs of one process or several, merged. */
export interface LogsView extends View {
  readonly kind: 'logs';
  readonly experiment: string;
  readonly title: string;
  /** A name for all the processes together, such as their group. */
  readonly name: string | undefined;
  readonly session: LogSession;
  /** Undefined while following the end. */
  readonly anchor: LogAnchor | undefined;
  readonly wrap: boolean;
  readonly timestamps: boolean;
  readonly left: number;
  /** Sequence number of the current match. */
  readonly match: number | undefined;
}

export const isLogsView = isOfKind<LogsView>('logs');
