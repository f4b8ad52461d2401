import { footerBindings } from '../keys/dispatch.ts';
import { keyLabel } from '../keys/key-label.ts';
import { keyContexts } from '../store/key-contexts.ts';
import type { AppState } from '../store/state.ts';
import { textWidth } from '../text/width.ts';
import { paint } from '../theme/theme.ts';

/** The keys that matter now, as many as there is room for; help is always among them. */
export function drawFooter(state: AppState): string {
  const { theme, size } = state;
  const bindings = footerBindings(state.bindings, keyContexts(state), state.cluster?.capabilities);
  const entries = bindings.map(({ action, keys, label }) => ({
    action,
    width: textWidth(`${keyLabel(keys[0] ?? '')} ${label}`) + 2,
    text: `${paint(theme, 'key', keyLabel(keys[0] ?? ''))} ${paint(theme, 'dim', label)}`,
  }));
  const always = entries.filter(({ action }) => action === 'help');
  let room = size.columns - 2 - always.reduce((sum, { width }) => sum + width, 0);
  const shown = entries.filter(({ action, width }) => {
    if (action === 'help') return true;
    if (width > room) return false;
    room -= width;
    return true;
  });
  return ` ${shown.map(({ text }) => text).join('  ')}`;
}
