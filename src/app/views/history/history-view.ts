import type { HistoryEntry, HistoryRecord } from '../../../engine/history/history-entry.ts';
import { isOfKind, type ListView } from '../../shell/store/view.ts';
import type { DocumentView } from '../../shell/text-view/document-view.ts';

/** The past experiments, as they were when the view was opened, or last changed in it. */
export interface HistoryView extends ListView {
  readonly kind: 'history';
  /** Newest first. Undefined until they are read. */
  readonly entries: readonly HistoryEntry[] | undefined;
}

/** What is kept of one past experiment. */
export interface PastView extends DocumentView {
  readonly kind: 'past';
  readonly record: HistoryRecord;
}

export const isHistoryView = isOfKind<HistoryView>('history');
