import type { ViewStatus } from '../../shell/context/context.ts';
import type { AppState } from '../../shell/store/state.ts';
import { formatCount, formatLines } from '../../shell/text/count.ts';
import { patternText } from '../../shell/text/pattern.ts';
import { paint, type Theme } from '../../shell/theme/theme.ts';
import type { LogsView } from './logs-view.ts';

/** At the left the state of the reading and the display options; at the right the range, the filter, the search and counts. */
export function renderLogStatus({ theme }: AppState, view: LogsView): ViewStatus {
  const switches = [
    view.wrap ? 'wrap' : 'cut',
    view.timestamps ? 'times' : '',
    view.left > 0 ? `from column ${view.left + 1}` : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
  return { left: `${followState(view, theme)}  ${paint(theme, 'dim', switches)}`, right: logCounts(view, theme) };
}

/** Following, paused, ended, failed. */
function followState({ session, anchor }: LogsView, theme: Theme): string {
  if (session.status.kind === 'failed') return paint(theme, 'bad', `✗ ${session.status.message}`);
  if (anchor !== undefined) {
    const isOver = session.status.kind === 'ended';
    const paused = session.isHeld ? '‖ paused, buffer full: f resumes' : `‖ paused${isOver ? ', ended' : ''}`;
    return paint(theme, isOver ? 'dim' : 'warning', paused);
  }
  if (session.range?.to !== undefined) {
    return paint(theme, 'dim', `■ until ${new Date(session.range.to).toTimeString().slice(0, 8)}`);
  }
  return session.status.kind === 'ended' ? paint(theme, 'dim', '■ ended') : paint(theme, 'good', '● following');
}

function logCounts({ session, match }: LogsView, theme: Theme): string {
  const parts: string[] = [];
  const { filter, search, range, matches } = session;
  if (range !== undefined) parts.push(paint(theme, 'accent', range.source));
  if (filter !== undefined) parts.push(paint(theme, 'accent', `&${patternText(filter)}`));
  if (search !== undefined && matches !== undefined) {
    const at = match === undefined ? '' : `${matches.positionOf(match) + 1} of `;
    parts.push(`${paint(theme, 'accent', `/${patternText(search)}`)} ${paint(theme, 'dim', `${at}${matches.count}`)}`);
  }
  parts.push(paint(theme, 'dim', countText(session)));
  return parts.join('  ');
}

/** How many lines are shown, how many are loaded, and how many exist. */
function countText(session: LogsView['session']): string {
  const { filter, range, lines, buffer } = session;
  const held = buffer.lineCount;
  const isNarrowed = filter !== undefined || range !== undefined;
  const shown = isNarrowed ? `${formatCount(lines.count)} of ` : '';
  if (session.isWhole) return isNarrowed ? `${shown}${formatLines(held)}` : formatLines(held);
  const total = session.extent.total(buffer, held);
  return `${shown}${isNarrowed ? 'the ' : ''}last ${formatCount(held)}${total === undefined ? '' : ` of ${formatCount(total)}`} lines`;
}
