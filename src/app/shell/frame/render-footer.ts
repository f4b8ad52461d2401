import type { ViewKind } from '../context/context.ts';
import { sectionsOf } from '../context/create-registry.ts';
import { footerBindings } from '../keys/dispatch.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { PromptOverlay } from '../store/overlays.ts';
import type { AppState } from '../store/state.ts';
import { textWidth } from '../text/width.ts';
import { paint, type Theme } from '../theme/theme.ts';

/** The most important keys of the view, as many as fit; always includes help. */
export function renderFooter(state: AppState, kind: ViewKind): string {
  const { theme, size } = state;
  const overlay = state.overlays.at(-1);
  if (overlay?.kind === 'prompt') return renderPromptFooter(overlay, theme);
  const bindings = footerBindings(state.bindings, sectionsOf(kind), state.cluster?.capabilities);
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

/** The keys of a prompt. */
function renderPromptFooter({ suggestions, history }: PromptOverlay, theme: Theme): string {
  const keys = [
    ['⏎', 'ok'],
    ['esc', 'cancel'],
    ...(suggestions.length > 0 ? [['⇥', 'complete']] : []),
    ...(history.length > 0 ? [['↑', 'history']] : []),
  ];
  return ` ${keys.map(([key = '', label = '']) => `${paint(theme, 'key', key)} ${paint(theme, 'dim', label)}`).join('  ')}`;
}
