import type { ViewKind } from '../context/context.ts';
import { keyLabel } from '../keys/key-label.ts';
import { type AppState, topView } from '../store/state.ts';
import { padBoth, truncate } from '../text/pad.ts';
import { textWidth } from '../text/width.ts';
import { paint } from '../theme/theme.ts';
import { renderPrompt } from './render-prompt.ts';

/** The row above the keys: a prompt or an activity, or else what the view says, such as its filter and its marks. */
export function renderStatusLine(state: AppState, kind: ViewKind): string {
  const { theme, size } = state;
  const prompt = state.overlays.findLast((overlay) => overlay.kind === 'prompt');
  const status = kind.status(state, topView(state));
  const right = ` ${status.right} `;
  if (prompt !== undefined) {
    const room = size.columns - 1 - textWidth(right);
    // The prompt matters more than the counts.
    const isTight = textWidth(prompt.label + prompt.text) + 2 > room;
    const line = ` ${renderPrompt(prompt, isTight ? size.columns - 2 : room, theme)}`;
    return padBoth(line, isTight ? '' : right, size.columns);
  }
  return padBoth(` ${status.left}`, `${renderActivity(state)}${right}`, size.columns);
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
