import { formatProcess } from '../../../engine/contract/status.ts';
import { renderLogStatus } from '../../views/logs/render-logs.ts';
import { keyLabel } from '../keys/key-label.ts';
import { processReason } from '../status/process-reason.ts';
import { fileRows, listRows, processRows, selectedRow } from '../store/selection.ts';
import { type AppState, topView } from '../store/state.ts';
import type { LogsView, View } from '../store/view-state.ts';
import { isListView } from '../store/view-updates.ts';
import { formatCount, formatLines } from '../text/count.ts';
import { padBoth, truncate } from '../text/pad.ts';
import { patternText } from '../text/pattern.ts';
import { textWidth } from '../text/width.ts';
import { matchingRows, textMargin } from '../text-view/render-text.ts';
import { paint } from '../theme/theme.ts';
import { renderPrompt } from './render-prompt.ts';
import { viewLines } from './view-lines.ts';

/** The row above the keys: a prompt or an activity, or else the filter, the marks and the reason of the selected row's state. */
export function renderStatusLine(state: AppState): string {
  const { theme, size } = state;
  const prompt = state.overlays.findLast((overlay) => overlay.kind === 'prompt');
  const view = topView(state);
  const right = ` ${rightSide(state, view)} `;
  if (prompt !== undefined) {
    const room = size.columns - 1 - textWidth(right);
    // The prompt matters more than the counts.
    const isTight = textWidth(prompt.label + prompt.text) + 2 > room;
    const line = ` ${renderPrompt(prompt, isTight ? size.columns - 2 : room, theme)}`;
    return padBoth(line, isTight ? '' : right, size.columns);
  }
  return padBoth(` ${leftSide(state, view)}`, `${renderActivity(state)}${right}`, size.columns);
}

const spinnerFrames = ['◐', '◓', '◑', '◒'];
/** The largest share of the row that an activity may take; the rest belongs to the view. */
const activityShare = 0.5;

/** The newest activity, and the key that cancels it. */
function renderActivity({ activities, theme, size, spin, bindings }: AppState): string {
  const activity = [...activities.values()].at(-1);
  if (activity === undefined) return '';
  const key = keyLabel(bindings.find(({ action }) => action === 'back')?.keys[0] ?? 'ctrl-c');
  const more = activities.size > 1 ? ` and ${activities.size - 1} more` : '';
  const end = ` ${paint(theme, 'key', key)} ${paint(theme, 'dim', 'cancels')}`;
  const room = Math.floor(size.columns * activityShare) - textWidth(end);
  const text = truncate(`${spinnerFrames[spin % spinnerFrames.length]} ${activity.message}${more}`, room);
  return ` ${paint(theme, 'busy', text)}${end} `;
}

function leftSide(state: AppState, view: View): string {
  const { theme } = state;
  if (view.kind === 'logs') return renderLogStatus(state, view);
  if (view.kind === 'processes') {
    const row = selectedRow(processRows(state, view), view);
    if (row?.kind !== 'process') return '';
    const reason = processReason(row.process, state.now);
    return reason === '' ? '' : paint(theme, 'dim', `${formatProcess(row.process)}: `) + reason;
  }
  if (view.kind === 'files') {
    const file = selectedRow(fileRows(view), view);
    return file?.broken ? paint(theme, 'bad', file.summary) : '';
  }
  return '';
}

function rightSide(state: AppState, view: View): string {
  const { theme, size } = state;
  const parts: string[] = [];
  if (isListView(view)) {
    const { shown, total } = listRows(state, view);
    if (view.list.marked.size > 0) parts.push(paint(theme, 'marked', `◆ ${view.list.marked.size} marked`));
    if (view.list.filter !== '') {
      parts.push(`${paint(theme, 'accent', `/${view.list.filter}`)} ${paint(theme, 'dim', `${shown} of ${total}`)}`);
    }
  } else if (view.kind === 'logs') {
    parts.push(logCounts(state, view));
  } else if (view.scroll.search !== undefined) {
    const lines = viewLines(state, view);
    const found = matchingRows(lines, view.scroll, size.columns - textMargin).length;
    const at = view.scroll.match === undefined ? '' : `${view.scroll.match + 1} of `;
    parts.push(
      `${paint(theme, 'accent', `/${patternText(view.scroll.search)}`)} ${paint(theme, 'dim', `${at}${found}`)}`,
    );
  }
  return parts.join('  ');
}

function logCounts(state: AppState, { session, match }: LogsView): string {
  const { theme } = state;
  const parts: string[] = [];
  const { filter, search, range, matches, lines, buffer } = session;
  if (range !== undefined) parts.push(paint(theme, 'accent', range.source));
  if (filter !== undefined) {
    parts.push(paint(theme, 'accent', `&${patternText(filter)}`));
  }
  if (search !== undefined && matches !== undefined) {
    const at = match === undefined ? '' : `${matches.positionOf(match) + 1} of `;
    parts.push(`${paint(theme, 'accent', `/${patternText(search)}`)} ${paint(theme, 'dim', `${at}${matches.count}`)}`);
  }
  parts.push(paint(theme, 'dim', countText()));
  return parts.join('  ');

  /** How many lines are shown, how many are loaded, and how many exist. */
  function countText(): string {
    const held = buffer.lineCount;
    const isNarrowed = filter !== undefined || range !== undefined;
    const shown = isNarrowed ? `${formatCount(lines.count)} of ` : '';
    if (session.isWhole) return isNarrowed ? `${shown}${formatLines(held)}` : formatLines(held);
    const total = session.extent.total(buffer, held);
    return `${shown}${isNarrowed ? 'the ' : ''}last ${formatCount(held)}${total === undefined ? '' : ` of ${formatCount(total)}`} lines`;
  }
}
