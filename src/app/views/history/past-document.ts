import { formatProcess } from '../../../engine/contract/status.ts';
import type { HistoryRecord } from '../../../engine/history/history-entry.ts';
import { formatPastState } from '../../../engine/text/format-past.ts';
import { formatBytes } from '../../../engine/text/quantities.ts';
import { sanitizeLine } from '../../shell/text/sanitize.ts';
import { fieldLines, sectionTitle } from '../../shell/text-view/document-lines.ts';
import { paint, type Theme } from '../../shell/theme/theme.ts';
import { experimentDocument } from '../description/experiment-document.ts';

/** The number of events in a description, the last ones. */
const shownEvents = 20;

/** What is kept of a past experiment. */
export function pastDocument(record: HistoryRecord, now: number, theme: Theme): string[] {
  const { name, how, deletedAt, bytes, host, description, events, logs, notes } = record;
  const lines = [
    '',
    ...fieldLines(theme, [
      ['entry', name],
      ['ended', formatPastState(record)],
      [how, deletedAt],
      ['kept on', host ?? 'unknown'],
      ['size', formatBytes(bytes)],
    ]),
    ...notes.map((note) => `  ${paint(theme, 'warning', '▲')} ${sanitizeLine(note).plain}`),
  ];
  if (description !== undefined)
    return [...lines, ...experimentDocument(description, events.slice(-shownEvents), now, theme)];
  const kept = logs.map((reference) => `  ${formatProcess(reference)}`);
  return [...lines, '', sectionTitle(theme, 'Logs'), ...(kept.length > 0 ? kept : [paint(theme, 'dim', '  None.')])];
}
